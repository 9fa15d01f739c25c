// Which parts of an object this program has written, by the API server's own
// record: metadata.managedFields. Pure.
// https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
#pragma once

#include <map>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

/// True if this program has applied the object and still owns a field of it.
[[nodiscard]] bool is_applied_by_us(const nlohmann::json& object);

/// True if somebody else has written a part of the object too, other than Kubernetes' controllers
/// and a status: an operator's own object, which this program's apply has taken over.
[[nodiscard]] bool is_shared(const nlohmann::json& object);

/// The labels of the object that this program set last.
[[nodiscard]] std::set<std::string> labels_set_by_us(const nlohmann::json& object);

/// The parts of a Node object that only the cluster's owner may write, not its
/// kubelet.
struct OwnedNodeFields {
    std::map<std::string, std::string> labels{};
    std::string pod_cidr{}; ///< recorded where none is; may be empty
};

/// The merge patch that makes `node` say what is wanted; an empty object if it
/// does. Labels that this program set and that are wanted no more are removed;
/// everybody else's stay. A recorded podCIDR cannot change (API rule).
[[nodiscard]] nlohmann::json node_patch(const nlohmann::json& node, const OwnedNodeFields& wanted);

/// Describes such a patch: "its label a/b shall be "c"; its label d goes".
[[nodiscard]] std::string describe_node_patch(const nlohmann::json& patch);

} // namespace k8s_node::cluster
