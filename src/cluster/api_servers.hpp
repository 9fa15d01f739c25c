// The API servers of a cluster: the endpoints of the Service kubernetes in the namespace default,
// where each of them keeps itself while it lives (pkg/controlplane/reconcilers/lease.go).
#pragma once

#include <string>
#include <vector>

#include "cluster/api_client.hpp"

namespace k8s_node::cluster {

struct ApiServer {
    std::string host; ///< an address as it stands in a URL: "192.0.2.10", "[2001:db8::10]"
    int port = 0;

    [[nodiscard]] std::string url() const { return "https://" + host + ":" + std::to_string(port); }
    bool operator==(const ApiServer&) const = default;
};

/// True unless an endpoint of an EndpointSlice says that it is not ready (EndpointConditions of the
/// API: nothing said means ready).
[[nodiscard]] bool says_ready(const Json& endpoint);

/// Returns those of one EndpointSlice of that Service that are ready, at the port named https or
/// else the first one. Its structure is not trusted: what has no address or no port is passed over.
[[nodiscard]] std::vector<ApiServer> api_servers_of(const Json& slice);

/// Returns those of a list of EndpointSlices, in their order.
[[nodiscard]] std::vector<ApiServer> api_servers_in(const Json& slices);

/// Asks for them. Throws as ApiClient.
[[nodiscard]] std::vector<ApiServer> list_api_servers(ApiClient& client);

} // namespace k8s_node::cluster
