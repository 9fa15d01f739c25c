// Which components make up this node, and in which order layers apply.
#pragma once

#include "config/resolve.hpp"

namespace k8s_node {

struct Composition {
    std::string profile;
    std::vector<ComponentDefinition> components;   ///< with overrides merged in
    std::vector<const ConfigurationLayer*> layers; ///< lowest first; owned by the input
    std::vector<std::pair<std::string, NamedAt>> artifact_names;
};

/// Follows the chosen profile's `extends`, gathers components, merges
/// overrides, and checks what components need of each other.
[[nodiscard]] Composition compose(const ResolveInput& input, Diagnostics& diagnostics);

/// Reports a setting that no component of the node has. A component that is
/// known but not part of this node is no error: one file may serve many roles.
void report_unknown_setting(const Tree::Entry& component, const Tree::Entry& key,
                            const std::vector<ComponentDefinition>& all,
                            const Composition& composition, Diagnostics& diagnostics);

/// Reports cycles among the ordering edges of the services. An edge to a unit
/// that this node does not have is no error: systemd passes over it.
void check_edges(const NodeSpec& spec, Diagnostics& diagnostics);

/// All texts of a tree, one a line.
[[nodiscard]] std::string flatten_text(const Tree& tree);

} // namespace k8s_node
