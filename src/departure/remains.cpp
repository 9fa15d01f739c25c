#include "departure/remains.hpp"

#include "cluster/json_text.hpp"
#include "cluster/node_alive.hpp"
#include "dns_endpoints/slices.hpp"
#include "kubeconfig/base64.hpp"
#include "pki/certificate_request.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;
using nlohmann::json;

constexpr const char* requests_path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/// Returns the name for which a certificate is requested; empty if that is not how kubelets do it.
std::string requested_name(const json& spec) {
    try {
        return parse_certificate_request(from_base64(text_at(spec, "request")).value_or(""))
            .common_name;
    } catch (const Error&) {
        return {};
    }
}

void delete_requests(cluster::ApiClient& client, const std::string& node,
                     const TellDeparture& tell) {
    const auto list = client.get(requests_path).value_or(json::object());
    std::size_t deleted = 0;
    for (const auto& name : requests_of_node(list, node)) {
        deleted += client.remove(requests_path + ("/" + cluster::escape_segment(name))) ? 1U : 0U;
    }
    if (deleted != 0) {
        tell(Priority::info, std::to_string(deleted) + (deleted == 1 ? " request" : " requests") +
                                 " of node " + node + " for certificates deleted");
    }
}

void delete_dns_server(cluster::ApiClient& client, const std::string& node,
                       const TellDeparture& tell) {
    const auto path = std::string(dns_endpoints::slices_path) + "/" +
                      cluster::escape_segment(dns_endpoints::slice_name(node));
    if (client.remove(path)) {
        tell(Priority::info, "the DNS server of node " + node + " is not asked any more");
    }
}

} // namespace

std::vector<std::string> requests_of_node(const json& list, const std::string& node) {
    const auto user = "system:node:" + node;
    std::vector<std::string> names;
    for (const auto& object : part_at(list, "items")) {
        const auto spec = part_at(object, "spec");
        if (text_at(spec, "username") == user || requested_name(spec) == user) {
            names.push_back(text_at(part_at(object, "metadata"), "name"));
        }
    }
    return names;
}

void delete_node(cluster::ApiClient& client, const std::string& node, const TellDeparture& tell) {
    if (client.remove(cluster::node_path(node))) {
        tell(Priority::info, "node " + node + " was deleted from the cluster");
    }
    client.remove(cluster::lease_path(node));
}

void delete_remains(cluster::ApiClient& client, const std::string& node,
                    const TellDeparture& tell) {
    delete_node(client, node, tell);
    delete_requests(client, node, tell);
    delete_dns_server(client, node, tell);
}

} // namespace k8s_node
