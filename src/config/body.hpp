// The parts of every component of a node, with conditions decided and
// references replaced.
#pragma once

#include "config/composition.hpp"

namespace k8s_node {

/// One body for each component of the composition, in its order. Scope must
/// have finished its settings. Within a service the names of its credentials
/// are known, and the names of all configs everywhere.
[[nodiscard]] std::vector<Tree> expand_bodies(const Composition& composition, Scope& scope,
                                              Diagnostics& diagnostics);

/// Every value in `body`, named by the way to it: "kubelet.services.kubelet.flags.v".
void list_values(const std::string& name, const Tree& body, std::vector<NamedValue>& out);

} // namespace k8s_node
