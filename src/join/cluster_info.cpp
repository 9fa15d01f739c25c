#include "join/cluster_info.hpp"

#include <algorithm>

#include "cluster/api_error.hpp"
#include "cluster/json_text.hpp"
#include "kubeconfig/base64.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;

/// kubeadm's documents have no place for them.
constexpr const char* network_annotation = "k8s-node/network";
constexpr const char* load_balancer_annotation = "k8s-node/load-balancer";
constexpr const char* info_name = "the ConfigMap kube-public/cluster-info";

/// Returns a YAML document that the cluster holds. Throws Error with its first mistake.
Tree parse_document(const std::string& name, const std::string& text) {
    Diagnostics diagnostics;
    auto tree = parse_yaml(std::make_shared<const SourceText>(SourceText{"cluster", name, text}),
                           diagnostics);
    diagnostics.throw_if_any();
    return tree;
}

std::string text_of(const Tree* tree) {
    return tree != nullptr && tree->is_scalar() ? tree->text() : std::string();
}

std::string text_in(const Tree& tree, std::string_view key) {
    return text_of(tree.find(key));
}

/// Returns the cluster of the kubeconfig in cluster-info, which has one and no context.
Tree cluster_in(const std::string& kubeconfig) {
    const auto tree = parse_document(info_name, kubeconfig);
    const auto* clusters = tree.find("clusters");
    const bool is_one = clusters != nullptr && clusters->is_list() && !clusters->items().empty();
    const auto* found = is_one ? clusters->items().front().find("cluster") : nullptr;
    if (found == nullptr) {
        throw Error(std::string(info_name) + " names no cluster");
    }
    return *found;
}

/// One document of a ConfigMap of kube-system.
struct SharedDocument {
    Tree tree;
    nlohmann::json annotations; ///< of the ConfigMap
};

SharedDocument read_document(cluster::ApiClient& client, const char* name, const char* key) {
    const auto what = std::string("the ConfigMap kube-system/") + name;
    const auto map = client.get(std::string("/api/v1/namespaces/kube-system/configmaps/") + name)
                         .value_or(nlohmann::json());
    const auto text = text_at(part_at(map, "data"), key);
    if (text.empty()) {
        throw Error("the cluster has no " + std::string(key) + " in " + what +
                        ", which says what its nodes agree on",
                    ExitStatus::configuration)
            .try_this("give complete join data: k8s-node-install token create --write FILE on a "
                      "control plane");
    }
    return {parse_document(what, text), part_at(part_at(map, "metadata"), "annotations")};
}

void set_if_missing(Tree& map, const std::string& key, const std::string& value) {
    if (!value.empty() && map.find(key) == nullptr) {
        map.entries().push_back({key, {}, Tree::scalar(value, false, {})});
    }
}

/// A cluster that this program has made says which network its nodes have. Any other one brings
/// network, kube-proxy and names with pods of its own.
void add_network(Tree& cluster, const nlohmann::json& annotations) {
    const auto network = text_at(annotations, network_annotation);
    if (network.empty()) {
        set_if_missing(cluster, "addons", cluster_with_pods);
    }
    set_if_missing(cluster, "network", network.empty() ? "none" : network);
}

/// Returns the first address of each family: "10.96.0.10,fd00::a". A list may have more, of servers
/// of the site.
std::string dns_addresses(const Tree& kubelet) {
    const auto* addresses = kubelet.find("clusterDNS");
    std::vector<std::string> found;
    for (const auto& item : addresses == nullptr ? std::vector<Tree>() : addresses->items()) {
        const auto is_ipv6 = [](const std::string& address) {
            return address.find(':') != std::string::npos;
        };
        const auto address = text_of(&item);
        if (std::ranges::find(found, is_ipv6(address), is_ipv6) == found.end()) {
            found.push_back(address);
        }
    }
    return join(found, ",");
}

/// Returns "1.36.5" for "v1.36.5".
std::string release_of(const std::string& version) {
    return version.starts_with('v') ? version.substr(1) : version;
}

} // namespace

std::string ClusterInfo::signature(std::string_view token_id) const {
    return text_at(data, ("jws-kubeconfig-" + std::string(token_id)).c_str());
}

ClusterInfo read_cluster_info(const nlohmann::json& config_map) {
    ClusterInfo info{text_at(part_at(config_map, "data"), "kubeconfig"),
                     part_at(config_map, "data")};
    if (info.kubeconfig.empty()) {
        throw Error(std::string(info_name) + " holds no kubeconfig");
    }
    return info;
}

std::string authority_in(const std::string& kubeconfig) {
    const auto encoded = text_in(cluster_in(kubeconfig), "certificate-authority-data");
    const auto pem = from_base64(encoded);
    if (!pem) {
        throw Error(std::string(info_name) + " holds no CA certificate");
    }
    return *pem;
}

std::string server_in(const std::string& kubeconfig) {
    return text_in(cluster_in(kubeconfig), "server");
}

void add_shared_settings(cluster::ApiClient& client, JoinData& data) {
    const auto shared = read_document(client, "kubeadm-config", "ClusterConfiguration");
    const auto kubelet = read_document(client, "kubelet-config", "kubelet").tree;
    const auto* networking = shared.tree.find("networking");
    const auto network = networking == nullptr ? Tree::map({}) : *networking;
    Tree cluster = Tree::map({});
    if (const auto* given = data.settings.find("cluster")) {
        cluster = *given;
    }
    add_network(cluster, shared.annotations);
    set_if_missing(cluster, "load_balancer", text_at(shared.annotations, load_balancer_annotation));
    set_if_missing(cluster, "pod_cidr", text_in(network, "podSubnet"));
    set_if_missing(cluster, "service_cidr", text_in(network, "serviceSubnet"));
    set_if_missing(cluster, "domain", text_in(network, "dnsDomain"));
    set_if_missing(cluster, "dns_address", dns_addresses(kubelet));
    Tree settings = Tree::map({});
    settings.entries().push_back({"cluster", {}, std::move(cluster)});
    data.settings.merge(settings);
    const auto release = release_of(text_in(shared.tree, "kubernetesVersion"));
    if (!data.release && !release.empty()) {
        data.release = NamedAt{release, {}};
    }
}

} // namespace k8s_node
