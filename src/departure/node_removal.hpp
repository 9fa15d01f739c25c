// Removing a node from its cluster, from another machine.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "departure/remains.hpp"
#include "etcd/etcd_cluster.hpp"

namespace k8s_node {

struct NodeRemoval {
    std::string node;
    std::string own_node{};         ///< the node that this machine is; empty if it is none
    bool has_external_etcd = false; ///< control planes are no members of the database
    bool drains = true;             ///< if the node is alive
    std::chrono::seconds drain_time{300};
};

/// A cluster as an administrator reaches it.
struct ClusterHands {
    cluster::ApiClient& client;
    EtcdCluster* etcd; ///< nullptr on a machine that has no credentials for it
    const TellDeparture& tell;
};

/// The findings about the node, by which the operator knows what is left to do.
struct NodeRemoved {
    bool existed = false;   ///< there was a Node object, or a member of etcd
    bool was_alive = false; ///< so its machine still runs
    bool was_control_plane = false;
};

/// Drains the node if it is alive, removes its member of etcd, and deletes what it leaves in the
/// API. Can be repeated. Refuses by Error(unsuitable), before anything is changed: the last control
/// plane; this machine itself; a control plane whose member of etcd cannot be reached from here, or
/// without which the others would be no majority; pods that nothing would start again. A drain that
/// takes too long is an error, after which the node takes pods again.
NodeRemoved remove_node(const NodeRemoval& removal, const ClusterHands& hands);

} // namespace k8s_node
