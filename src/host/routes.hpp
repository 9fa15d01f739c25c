// The machine's routes, as the kernel shows them in /proc/net.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/files.hpp"

namespace k8s_node::host {

struct Route {
    std::string network;     ///< "192.0.2.0/24"
    std::string interface;   ///< "eth0"
    bool by_gateway = false; ///< by way of another machine
    bool operator==(const Route&) const = default;
};

/// /proc/net/route. Default routes, and their halves that VPNs set, are left
/// out: they lead everywhere. So are those that refuse.
[[nodiscard]] std::vector<Route> parse_routes(std::string_view table);

/// The same of /proc/net/ipv6_route, without what each interface has of its own.
[[nodiscard]] std::vector<Route> parse_ipv6_routes(std::string_view table);

[[nodiscard]] std::vector<Route> observe_routes(const Root& root);

} // namespace k8s_node::host
