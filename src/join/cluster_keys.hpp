// The keys that all control planes of a cluster share: those of its authorities, that of service
// accounts, and those that encrypt what is stored. kubeadm shares the same, but the last one
// (cmd/kubeadm/app/phases/copycerts).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/error.hpp"

namespace k8s_node {

/// A path below /etc/kubernetes/pki, "etcd/ca.key", and the text of that file.
using ClusterKeys = std::map<std::string, std::string>;

struct ClusterKey {
    const char* path;
    bool is_secret;   ///< its file is readable by its owner only
    bool is_required; ///< no control plane works without it
};

inline constexpr const char* shared_encryption_config = "encryption-config.yaml";

/// All that there are, in the order of a file.
[[nodiscard]] const std::vector<ClusterKey>& known_cluster_keys();

/// Returns nullptr for a path that is none of them.
[[nodiscard]] const ClusterKey* find_cluster_key(std::string_view path);

/// Throws Error if the text is not what the file of this path must hold. The message shows none
/// of it.
void check_cluster_key(const std::string& path, const std::string& text);

/// Throws Error if a required key is missing, or if a key is not that of its certificate. The
/// message names the path.
void check_cluster_keys(const ClusterKeys& keys);

/// True if both texts of a file of this path hold the same certificates or keys.
[[nodiscard]] bool is_same_cluster_key(const std::string& path, const std::string& one,
                                       const std::string& other);

} // namespace k8s_node
