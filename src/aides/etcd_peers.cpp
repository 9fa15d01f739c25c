#include "aides/etcd_peers.hpp"

#include "cluster/curl_transport.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

std::vector<std::string> ask_for_etcd_urls(const Kubeconfig& credentials, EventLoop& loop) {
    cluster::CurlTransport transport(credentials, loop);
    cluster::ApiClient client(transport);
    auto urls = etcd_urls_of(cluster::list_api_servers(client));
    if (urls.empty()) {
        throw Error("the Service kubernetes has no endpoints, by which members of etcd are found");
    }
    return urls;
}

} // namespace

std::vector<std::string> etcd_urls_of(const std::vector<cluster::ApiServer>& api_servers) {
    std::vector<std::string> urls;
    urls.reserve(api_servers.size());
    for (const auto& each : api_servers) {
        urls.push_back("https://" + each.host + ":2379");
    }
    return urls;
}

std::vector<std::string> find_etcd_urls(const std::string& kubeconfig,
                                        const std::vector<std::string>& api_servers,
                                        EventLoop& loop) {
    auto credentials = read_kubeconfig(kubeconfig, Root());
    const auto servers =
        api_servers.empty() ? std::vector<std::string>{credentials.server} : api_servers;
    std::string reasons;
    for (const auto& server : servers) {
        credentials.server = server;
        try {
            return ask_for_etcd_urls(credentials, loop);
        } catch (const Error& error) {
            reasons += (reasons.empty() ? "" : "; ") + error.message();
        }
    }
    throw Error("no API server names the members of etcd: " + reasons);
}

} // namespace k8s_node
