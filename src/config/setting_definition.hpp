// What a component declares about its settings.
#pragma once

#include "config/scope.hpp"

namespace k8s_node {

/// A name that a ${reference} can hold: what comes after a dot is another one.
[[nodiscard]] bool is_reference_part(const std::string& name);

/// One entry of a component's `settings`, as if all of its conditions held.
[[nodiscard]] SettingSpec read_setting(const std::string& component, const Tree::Entry& entry,
                                       Diagnostics& diagnostics);

/// The same for one node: the conditions of its default, limits and words are
/// decided by what is known before any setting is (versions, components, the
/// machine).
[[nodiscard]] SettingSpec settled_setting(const SettingSpec& spec, Scope& before_settings,
                                          Diagnostics& diagnostics);

} // namespace k8s_node
