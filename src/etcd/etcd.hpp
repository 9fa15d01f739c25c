// Requests to this node's etcd through its gRPC gateway: JSON by POST.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "cluster/transport.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "model/provided.hpp"

namespace k8s_node::cluster {

/// Returns where a member is reached and the credentials of its client, read from their files.
/// Throws Error if they do not exist.
[[nodiscard]] Kubeconfig etcd_credentials(const EtcdMember& etcd, const Root& root);

/// Sends a request and returns the reply. Throws Error with etcd's reason if it refuses.
nlohmann::json ask_etcd(Transport& transport, const std::string& path,
                        const nlohmann::json& question);

} // namespace k8s_node::cluster
