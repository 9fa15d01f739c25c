// Checks the order of services, so that systemd need not break a cycle.
#pragma once

#include "components/parts.hpp"

namespace k8s_node {

/// Reports services that wait for each other through `after` and `before`. An edge to a unit that
/// this node does not have is not an error: systemd ignores it.
void check_order(const std::vector<Tree>& bodies, Diagnostics& diagnostics);

/// Reports edges to undeclared services whose name is very similar to one of this node.
void check_edges(const std::vector<Tree>& bodies, const std::vector<ComponentDefinition>& all,
                 Diagnostics& diagnostics);

} // namespace k8s_node
