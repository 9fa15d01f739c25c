// Which pods of a node a drain evicts, following kubectl drain. Pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

/// The effect of a drain on the pods of a node. Names are "namespace/name".
struct DrainPlan {
    std::vector<std::string> evict;
    std::vector<std::string> unmanaged; ///< of these: no controller recreates them elsewhere
    std::vector<std::string> scratch;   ///< of these: their emptyDir volumes are lost
    std::vector<std::string> stay;      ///< of DaemonSets and of static manifests on the node
};

/// Sorts a PodList. Pure. Completed pods are evicted and lose nothing.
[[nodiscard]] DrainPlan plan_drain(const nlohmann::json& pods);

/// "namespace/name"
[[nodiscard]] std::string pod_name(const nlohmann::json& pod);

/// True for a pod that a drain leaves alone: its DaemonSet would recreate it here at once, or it
/// is the mirror pod of a manifest on the node.
[[nodiscard]] bool stays_in_drain(const nlohmann::json& pod);

} // namespace k8s_node::cluster
