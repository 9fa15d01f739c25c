#include <algorithm>
#include <fnmatch.h>

#include "host/checks.hpp"
#include "language/networks.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace {

bool is_own(const std::string& interface, const std::vector<std::string>& patterns) {
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), interface.c_str(), 0) == 0;
    });
}

/// True for a route to the part of the network that another node has.
bool leads_to_a_part(const Route& route, const Network& network, const NetworkClaim& claim) {
    const auto to = parse_network(route.network);
    return claim.has_parts && route.by_gateway && to && is_inside(*to, network) &&
           to->length > network.length;
}

} // namespace

Findings check_network(const NetworkClaim& claim, const std::vector<InterfaceAddress>& addresses,
                       const std::vector<Route>& routes,
                       const std::vector<std::string>& own_interfaces) {
    const auto network = parse_network(claim.network);
    std::vector<std::string> met;
    const auto meets = [&](const std::string& text, const std::string& interface) {
        const auto other = parse_network(text);
        return network && other && overlap(*network, *other) && !is_own(interface, own_interfaces);
    };
    for (const auto& held : addresses) {
        if (meets(held.address, held.interface)) {
            met.push_back("the address " + held.address + " of " + held.interface);
        }
    }
    for (const auto& route : routes) {
        if (meets(route.network, route.interface) && !leads_to_a_part(route, *network, claim)) {
            met.push_back("the route to " + route.network + " through " + route.interface);
        }
    }
    if (met.empty()) {
        return {};
    }
    return {
        {"Network-" + claim.setting, Severity::error,
         claim.setting + " (" + claim.network +
             ") contains addresses that this machine uses for something else: " + join(met, ", "),
         "set " + claim.setting + " to a network that the site does not use for anything else"}};
}

} // namespace k8s_node::host
