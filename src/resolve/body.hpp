// The parts of every component of a node, with conditions evaluated and references replaced.
#pragma once

#include "resolve/composition.hpp"

namespace k8s_node {

/// Returns one body for each component of the composition, in its order. Scope must have finished
/// its settings. The names of a service's credentials are known within the service, the names of
/// all configs everywhere.
[[nodiscard]] std::vector<Tree> expand_bodies(const Composition& composition, Scope& scope,
                                              Diagnostics& diagnostics);

/// Lists every value in `body`, named by its path: "kubelet.services.kubelet.flags.v".
void list_values(const std::string& name, const Tree& body, std::vector<NamedValue>& out);

} // namespace k8s_node
