// The machine's routes, from /proc/net.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/files.hpp"

namespace k8s_node::host {

struct Route {
    std::string network;     ///< "192.0.2.0/24"
    std::string interface;   ///< "eth0"
    bool by_gateway = false; ///< through another machine
    bool operator==(const Route&) const = default;
};

/// Parses /proc/net/route. Omits default routes and the halves of them that VPNs set, which lead
/// everywhere, and reject routes.
[[nodiscard]] std::vector<Route> parse_routes(std::string_view table);

/// Parses /proc/net/ipv6_route likewise, without the routes that every interface has.
[[nodiscard]] std::vector<Route> parse_ipv6_routes(std::string_view table);

[[nodiscard]] std::vector<Route> observe_routes(const Root& root);

} // namespace k8s_node::host
