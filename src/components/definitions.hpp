// Tree → component, profile, release and node configuration as written.
#pragma once

#include "model/definition.hpp"

namespace k8s_node {

[[nodiscard]] ComponentDefinition read_component(const Tree& tree, Diagnostics& diagnostics);
[[nodiscard]] ProfileDefinition read_profile(const Tree& tree, Diagnostics& diagnostics);
/// Reports mirrors that nothing can be fetched from.
void check_mirrors(const std::vector<NamedAt>& mirrors, Diagnostics& diagnostics);

[[nodiscard]] NodeConfiguration read_node_configuration(const Tree& tree, Diagnostics& diagnostics);
[[nodiscard]] Release read_release(const Tree& tree, Diagnostics& diagnostics);

/// Reads "component.key=value" of --set as a separate layer. The value is YAML.
[[nodiscard]] NodeConfiguration read_assignment(const std::string& assignment,
                                                Diagnostics& diagnostics);

/// Returns the keys of a component file that are expanded later; `body` holds only these.
[[nodiscard]] const std::vector<std::string>& component_body_keys();

} // namespace k8s_node
