// The keys of control planes in the cluster itself, for as long as one may join.
#pragma once

#include <chrono>

#include "cluster/api_client.hpp"
#include "join/cluster_keys.hpp"

namespace k8s_node {

struct UploadedKeys {
    std::string certificate_key; ///< opens them; only the operator gets it
    std::chrono::sys_seconds expires;
};

/// Replaces the Secret kube-system/kubeadm-certs. It belongs to that of a token that lets nobody in
/// and expires after two hours: the cluster then deletes both.
[[nodiscard]] UploadedKeys upload_keys(cluster::ApiClient& client, const ClusterKeys& keys);

/// Throws Error(unsuitable) if a controller manager or scheduler runs without leader election, or
/// none does: a second one would do the same work at the same time.
void require_leader_election(cluster::ApiClient& client);

} // namespace k8s_node
