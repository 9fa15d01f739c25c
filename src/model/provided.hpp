// The parts that services of a node play in the cluster, as their components declare them
// (`provides`): whoever asks etcd, the API server or the kubelet finds here how, whichever
// component runs it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/version.hpp"

namespace k8s_node {

/// The member of etcd that a node runs.
struct EtcdMember {
    std::string unit{};        ///< "etcd.service"
    std::string version{};     ///< "3.6.16"
    std::string tools{};       ///< the directory of etcdctl and etcdutl
    std::string endpoint{};    ///< "https://127.0.0.1:2379", for clients on this machine
    std::string ca{};          ///< PEM file; so are the next two, which a client shows
    std::string certificate{}; ///< absolute paths
    std::string key{};
    std::string data{}; ///< its data directory
    std::string user{}; ///< the owner of the data; empty for root
    /// The flags that a restored member must be given again: "--name=n1".
    std::vector<std::string> identity{};
    bool operator==(const EtcdMember&) const = default;
};

/// The API server that a node runs.
struct ApiServerInstance {
    std::string unit{};    ///< "kube-apiserver.service"
    std::string address{}; ///< as clients on other machines reach it
    bool operator==(const ApiServerInstance&) const = default;
};

/// The kubelet that a node runs.
struct KubeletInstance {
    std::string unit{}; ///< "kubelet.service"
    bool refuses_swap = true;
    /// How this node reaches the API server, for the kubeconfig of one that joins; empty: as its
    /// join data say.
    std::string server{};
    std::string
        tls_server_name{}; ///< the name in the server's certificate; empty: that of `server`
    bool operator==(const KubeletInstance&) const = default;
};

struct Provided {
    std::optional<EtcdMember> etcd{};
    std::optional<ApiServerInstance> api_server{};
    std::optional<KubeletInstance> kubelet{};
    /// Units that must not be newer than the API servers they ask: controller manager, scheduler.
    std::vector<std::string> controllers{};
    /// Units to which the version skew policy of the kubelet applies: kube-proxy.
    std::vector<std::string> node_agents{};
    bool operator==(const Provided&) const = default;
};

/// Returns the version of etcd, nullopt if the node runs none.
[[nodiscard]] inline std::optional<Version> etcd_version(const Provided& provided) {
    return provided.etcd ? parse_version(provided.etcd->version) : std::nullopt;
}

} // namespace k8s_node
