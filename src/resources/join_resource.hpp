// The files by which a kubelet asks its cluster for an identity: the cluster's CA and a kubeconfig
// with the bootstrap token. Neither is in a generation: they come from the join data of a run.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Takes effect before the units start. The CA stays with the node; the kubeconfig only until the
/// node has its own identity.
[[nodiscard]] const ResourceKind& join_kind();

/// Writes the join data of a run to /etc/k8s-node/join.yaml, readable by root only, unless they are
/// there already. An operator's own file of another content is kept as a backup, which a reset
/// restores.
void keep_join_data(const System& system);

/// Takes the token away from the kubelet, once the node is Ready by an identity of its own.
[[nodiscard]] const ResourceKind& joined_kind();

} // namespace k8s_node
