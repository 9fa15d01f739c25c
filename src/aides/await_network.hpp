// A wait for the pod network of a Node.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace k8s_node {

/// Waits until the Node object has its part of the pod network, asking the API server with the
/// identity in `kubeconfig`, which may come later. `tell` is called with each new reason why it has
/// none yet. Throws Error (not ready) at the deadline, and Interrupted as soon as a signal asks
/// this run to end.
void await_network(const std::string& node, const std::string& kubeconfig,
                   std::chrono::milliseconds deadline,
                   const std::function<void(const std::string&)>& tell);

} // namespace k8s_node
