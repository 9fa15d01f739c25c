// What a cluster tells machines that join: the ConfigMaps that kubeadm defines.
#pragma once

#include <string>
#include <string_view>

#include "cluster/api_client.hpp"
#include "join/join_data.hpp"

namespace k8s_node {

/// cluster-info in kube-public, which anybody may read.
struct ClusterInfo {
    std::string kubeconfig; ///< exactly the bytes that are signed
    nlohmann::json data;    ///< all keys, the signatures among them

    /// Returns the signature of a token, empty if there is none.
    [[nodiscard]] std::string signature(std::string_view token_id) const;
};

/// cluster.addons of a cluster whose kube-proxy, names and pod network are pods, as of kubeadm.
inline constexpr const char* cluster_with_pods = "pods";

inline constexpr const char* cluster_info_path =
    "/api/v1/namespaces/kube-public/configmaps/cluster-info";

/// Reads the ConfigMap. Throws Error if it is none.
[[nodiscard]] ClusterInfo read_cluster_info(const nlohmann::json& config_map);

/// Returns the CA certificates (PEM) in the kubeconfig of cluster-info. Throws Error if there are
/// none.
[[nodiscard]] std::string authority_in(const std::string& kubeconfig);

/// Returns the address of the API server in the kubeconfig of cluster-info; empty if it has none.
[[nodiscard]] std::string server_in(const std::string& kubeconfig);

/// Adds what all nodes of the cluster agree on to what `data` does not say itself: the release, the
/// networks, the DNS domain and address, from kubeadm-config and kubelet-config in kube-system; and
/// for a cluster that another program has made, cluster.addons "pods" and cluster.network "none".
/// Throws Error if the cluster does not show them, ApiError for a refusal.
void add_shared_settings(cluster::ApiClient& client, JoinData& data);

} // namespace k8s_node
