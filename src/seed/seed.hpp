// A seed: everything that the machines of a new cluster need to form it by themselves, made before
// any of them runs. Keys, a token, and a file of join data for each role.
#pragma once

#include <chrono>
#include <vector>

#include "join/join_data.hpp"

namespace k8s_node {

/// A control plane that is to be.
struct PlannedControlPlane {
    std::string name;    ///< of the node
    std::string address; ///< empty if it is not known yet
};

struct SeedRequest {
    std::vector<PlannedControlPlane> control_planes; ///< the first one begins the cluster
    std::string endpoint{};      ///< empty: the address of the first control plane
    std::string network{};       ///< cluster.network; empty for its default
    std::string load_balancer{}; ///< cluster.load_balancer; empty for its default
    std::string release{};       ///< empty: the newest that the program knows
    std::chrono::seconds ttl = std::chrono::hours(24);
};

/// Join data by role. They have the same token.
struct Seed {
    JoinData control_plane;
    JoinData worker;
};

/// Returns new keys as the components etcd, kube-apiserver and pki would make them.
[[nodiscard]] ClusterKeys create_cluster_keys();

/// Returns a seed that is valid from `now` until the time to live is over. Throws Error(usage) for
/// a request that no machines could follow.
[[nodiscard]] Seed create_seed(const SeedRequest& request, std::chrono::sys_seconds now);

} // namespace k8s_node
