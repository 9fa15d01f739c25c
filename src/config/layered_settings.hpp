// Settings of a node as the layers leave them, before references are replaced.
#pragma once

#include "config/composition.hpp"

namespace k8s_node {

/// Every setting of the composed components with the value of the last layer
/// that sets it, still with its references. Reports settings that no component
/// has. A component that is known but not part of this node is no error: one
/// file may serve many roles.
[[nodiscard]] Settings layered_settings(const Composition& composition,
                                        const std::vector<ComponentDefinition>& all,
                                        Diagnostics& diagnostics);

/// For when no node can be composed: reports what is wrong with the layers'
/// settings by themselves, so that it is not found only in the next run.
void check_settings_alone(const ResolveInput& input, Diagnostics& diagnostics);

/// Reports each required setting that no one set and returns their names.
[[nodiscard]] std::vector<std::string>
report_missing(const Settings& settings, const Composition& composition, Diagnostics& diagnostics);

} // namespace k8s_node
