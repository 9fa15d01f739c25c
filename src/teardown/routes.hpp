// Routes to other nodes, over rtnetlink(7).
#pragma once

#include <string>
#include <vector>

namespace k8s_node::teardown {

/// A route of IPv4 or IPv6 in the main table through another machine.
struct GatewayRoute {
    std::string network; ///< "10.244.1.0/24"
    std::string gateway; ///< "192.0.2.11"
    bool operator==(const GatewayRoute&) const = default;
    /// "10.244.1.0/24 via 192.0.2.11"
    [[nodiscard]] std::string text() const { return network + " via " + gateway; }
};

/// Returns the routes of this network namespace, without the default one.
[[nodiscard]] std::vector<GatewayRoute> read_gateway_routes();

/// Returns the routes to parts of one of the networks ("10.244.0.0/16"). Pure.
[[nodiscard]] std::vector<GatewayRoute> routes_to_parts(const std::vector<GatewayRoute>& all,
                                                        const std::vector<std::string>& networks);

/// Removes a route; a missing one is not an error. Throws Error.
void remove_route(const GatewayRoute& route);

} // namespace k8s_node::teardown
