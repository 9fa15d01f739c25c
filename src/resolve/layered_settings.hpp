// The settings of a node after all layers are applied, before references are replaced.
#pragma once

#include "resolve/composition.hpp"

namespace k8s_node {

/// Returns every setting of the composed components with the value of the last layer that sets
/// it, still with its references. Reports settings that no component has. A known component that
/// is not part of this node is not an error: one file may serve many roles.
[[nodiscard]] Settings layered_settings(const Composition& composition,
                                        const std::vector<ComponentDefinition>& all,
                                        Diagnostics& diagnostics);

/// Reports errors in the layers' settings by themselves if no node can be composed, so that they
/// do not wait for the next run.
void check_settings_alone(const ResolveInput& input, Diagnostics& diagnostics);

/// Reports each required setting of the composed components that nobody set and returns their
/// names.
[[nodiscard]] std::vector<std::string>
report_missing(const Settings& settings, const Composition& composition, Diagnostics& diagnostics);

} // namespace k8s_node
