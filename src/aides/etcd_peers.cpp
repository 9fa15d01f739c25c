#include "aides/etcd_peers.hpp"

#include "cluster/api_client.hpp"
#include "cluster/curl_transport.hpp"
#include "cluster/json_text.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;

constexpr const char* slices_path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
                                    "?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes";

std::string etcd_url(const std::string& address) {
    const bool is_ipv6 = address.find(':') != std::string::npos;
    return "https://" + (is_ipv6 ? "[" + address + "]" : address) + ":2379";
}

} // namespace

std::vector<std::string> etcd_urls_in(const cluster::Json& slices) {
    std::vector<std::string> urls;
    for (const auto& slice : part_at(slices, "items")) {
        for (const auto& endpoint : part_at(slice, "endpoints")) {
            for (const auto& address : part_at(endpoint, "addresses")) {
                if (address.is_string()) {
                    urls.push_back(etcd_url(address.get<std::string>()));
                }
            }
        }
    }
    return urls;
}

std::vector<std::string> find_etcd_urls(const std::string& kubeconfig, EventLoop& loop) {
    cluster::CurlTransport transport(read_kubeconfig(kubeconfig, Root()), loop);
    const auto slices = cluster::ApiClient(transport).get(slices_path);
    auto urls = etcd_urls_in(slices.value_or(cluster::Json::object()));
    if (urls.empty()) {
        throw Error("the Service kubernetes has no endpoints, by which members of etcd are found");
    }
    return urls;
}

} // namespace k8s_node
