// Telling if the machine of a Node object is alive. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

/// The signs of a kubelet in the cluster.
struct NodeSigns {
    nlohmann::json node;  ///< its Node object; empty if there is none
    nlohmann::json lease; ///< its Lease; empty if there is none, or if it may not be seen
};

/// Returns "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/NAME".
[[nodiscard]] std::string lease_path(std::string_view node);

/// Returns when the kubelet last renewed its Lease; nullopt if that is not known.
[[nodiscard]] std::optional<std::chrono::sys_seconds> renewal_of(const nlohmann::json& lease);

/// True if the node is Ready and its kubelet has reported within the last minute, or it is not
/// known when. It renews its Lease every ten seconds, and after 40 to 50 without that the cluster
/// takes the node for lost.
[[nodiscard]] bool is_alive(const NodeSigns& signs, std::chrono::sys_seconds now);

} // namespace k8s_node::cluster
