#include "cluster/api_servers.hpp"

#include "cluster/json_text.hpp"

namespace k8s_node::cluster {

namespace {

constexpr const char* slices_path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
                                    "?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes";

std::string host_of(const std::string& address) {
    return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

/// Returns 0 if there is none.
int port_of(const Json& slice) {
    for (const auto& port : part_at(slice, "ports")) {
        if (const auto& number = part_at(port, "port"); number.is_number_integer()) {
            return number.get<int>();
        }
    }
    return 0;
}

void add_servers(const Json& slice, std::vector<ApiServer>& servers) {
    const int port = port_of(slice);
    if (port == 0) {
        return;
    }
    for (const auto& endpoint : part_at(slice, "endpoints")) {
        for (const auto& address : part_at(endpoint, "addresses")) {
            if (address.is_string()) {
                servers.push_back({host_of(address.get<std::string>()), port});
            }
        }
    }
}

} // namespace

std::vector<ApiServer> api_servers_in(const Json& slices) {
    std::vector<ApiServer> servers;
    for (const auto& slice : part_at(slices, "items")) {
        add_servers(slice, servers);
    }
    return servers;
}

std::vector<ApiServer> list_api_servers(ApiClient& client) {
    return api_servers_in(client.get(slices_path).value_or(Json::object()));
}

} // namespace k8s_node::cluster
