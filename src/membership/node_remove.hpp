// Removing another node from the cluster.
#pragma once

#include "departure/node_removal.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Does as remove_node() of departure/node_removal.hpp, as the administrator of `kubeconfig`, or of
/// this control plane if that is empty. Throws Error(unsuitable) if this machine is none.
NodeRemoved remove_node(const Root& root, NodeRemoval removal, const std::string& kubeconfig,
                        EventSink& events);

} // namespace k8s_node
