// Which pods of a node a drain evicts, after the habits of kubectl drain. Pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

/// What a drain would do to the pods of a node. Names are "namespace/name".
struct DrainPlan {
    std::vector<std::string> evict;
    std::vector<std::string> unmanaged; ///< of these: no controller makes them again elsewhere
    std::vector<std::string> scratch;   ///< of these: their emptyDir volumes are lost
    std::vector<std::string> stay;      ///< of DaemonSets and of manifests on the node
};

/// Sorts a PodList. Pure. Pods that have ended are evicted and lose nothing.
[[nodiscard]] DrainPlan plan_drain(const nlohmann::json& pods);

/// "namespace/name"
[[nodiscard]] std::string pod_name(const nlohmann::json& pod);

/// A pod that a drain leaves alone: its DaemonSet would put it here again at
/// once, or it is the picture of a manifest on the node.
[[nodiscard]] bool stays_in_drain(const nlohmann::json& pod);

} // namespace k8s_node::cluster
