#include "cluster/api_servers.hpp"

#include "cluster/json_text.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace {

constexpr const char* slices_path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
                                    "?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes";

/// Returns 0 if there is none.
int port_of(const Json& slice) {
    int first = 0;
    for (const auto& port : part_at(slice, "ports")) {
        const auto number = part_at(port, "port");
        if (!number.is_number_integer()) {
            continue;
        }
        if (text_at(port, "name") == "https") {
            return number.get<int>();
        }
        first = first == 0 ? number.get<int>() : first;
    }
    return first;
}

} // namespace

bool says_ready(const Json& endpoint) {
    const auto ready = part_at(part_at(endpoint, "conditions"), "ready");
    return !ready.is_boolean() || ready.get<bool>();
}

std::vector<ApiServer> api_servers_of(const Json& slice) {
    std::vector<ApiServer> servers;
    const int port = port_of(slice);
    for (const auto& endpoint : port == 0 ? Json::array() : part_at(slice, "endpoints")) {
        for (const auto& address : part_at(endpoint, "addresses")) {
            if (address.is_string() && says_ready(endpoint)) {
                servers.push_back({host_in_url(address.get<std::string>()), port});
            }
        }
    }
    return servers;
}

std::vector<ApiServer> api_servers_in(const Json& slices) {
    std::vector<ApiServer> servers;
    for (const auto& slice : part_at(slices, "items")) {
        auto more = api_servers_of(slice);
        servers.insert(servers.end(), more.begin(), more.end());
    }
    return servers;
}

std::vector<ApiServer> list_api_servers(ApiClient& client) {
    return api_servers_in(client.get(slices_path).value_or(Json::object()));
}

} // namespace k8s_node::cluster
