// Which versions may run together and which upgrades and downgrades are allowed: Kubernetes'
// version skew policy and etcd's upgrade rules. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/finding.hpp"
#include "model/version.hpp"

namespace k8s_node {

/// A kubelet of the cluster, as its Node object reports it.
struct KubeletSeen {
    std::string node;
    Version version;
};

/// The programs of a release that this node runs.
struct NodeRoles {
    bool api_server = false;
    bool controllers = false; ///< controller manager or scheduler
    bool kubelet = false;     ///< or kube-proxy, to which the same rules apply
};

struct SkewInput {
    std::string node_name;
    NodeRoles roles;
    Version current;
    Version target;
    /// API servers that this change does not touch; on a node without one, all.
    std::vector<Version> other_api_servers;
    std::vector<KubeletSeen> kubelets; ///< of every node, this one included
    std::optional<Version> current_etcd;
    std::optional<Version> target_etcd; ///< nullopt if this node runs none
};

/// Returns everything that speaks against changing from `current` to `target`; empty if the
/// versions are equal and nothing else differs.
[[nodiscard]] Findings check_skew(const SkewInput& input);

/// Returns what a rollback would not undo, one sentence each; empty for a patch release.
[[nodiscard]] std::vector<std::string> lasting_effects(const SkewInput& input);

} // namespace k8s_node
