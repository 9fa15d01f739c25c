// etcd of this node, asked by its gRPC gateway: JSON by POST.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "cluster/kubeconfig.hpp"
#include "cluster/transport.hpp"

namespace k8s_node::cluster {

/// As kubeadm lays them out and the etcd component writes them. Throws Error
/// where they are not there.
[[nodiscard]] Kubeconfig etcd_credentials(const Root& root);

/// Throws Error with etcd's reason when it refuses.
nlohmann::json ask_etcd(Transport& transport, const std::string& path,
                        const nlohmann::json& question);

} // namespace k8s_node::cluster
