// The declarations of a component's settings.
#pragma once

#include "language/scope.hpp"

namespace k8s_node {

/// True for a name that can be part of a ${reference}; a dot would start another part.
[[nodiscard]] bool is_reference_part(const std::string& name);

/// Reads one entry of a component's `settings`, as if all its conditions held.
[[nodiscard]] SettingSpec read_setting(const std::string& component, const Tree::Entry& entry,
                                       Diagnostics& diagnostics);

/// Returns the declaration for one node: conditions of default, limits and values are evaluated
/// with what is known before any setting (versions, components, the machine).
[[nodiscard]] SettingSpec specialized_setting(const SettingSpec& spec, Scope& before_settings,
                                              Diagnostics& diagnostics);

/// Returns the name that a type has in a component file: "ipv4_cidr".
[[nodiscard]] const char* type_name(SettingType type);

} // namespace k8s_node
