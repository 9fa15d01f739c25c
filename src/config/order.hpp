// The order of services, checked before systemd has to break it.
#pragma once

#include "config/parts.hpp"

namespace k8s_node {

/// Reports services that wait for each other by way of `after` and `before`.
/// An edge to a unit that this node does not have is no error: systemd passes
/// over it.
void check_order(const std::vector<Tree>& bodies, Diagnostics& diagnostics);

/// Reports edges to services that no one declares where the name is nearly that
/// of one that this node has.
void check_edges(const std::vector<Tree>& bodies, const std::vector<ComponentDefinition>& all,
                 Diagnostics& diagnostics);

} // namespace k8s_node
