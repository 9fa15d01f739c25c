#include "teardown/routes.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/rtnetlink.h>
#include <optional>

#include "support/error.hpp"
#include "support/text.hpp"
#include "teardown/netlink.hpp"

namespace k8s_node::teardown {

// The kernel's macros for netlink messages are C, with C casts and sign conversions.
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace {

/// One attribute that holds an IPv4 address.
struct AddressAttribute {
    rtattr header{};
    in_addr address{};
};

/// A request about routes: the header, the start of all such messages, and what names one route.
struct RouteRequest {
    nlmsghdr header{};
    rtmsg route{};
    AddressAttribute destination{};
    AddressAttribute gateway{};
};
static_assert(sizeof(RouteRequest) == NLMSG_LENGTH(sizeof(rtmsg)) + 2 * sizeof(AddressAttribute));

/// A network of IPv4 in the host's byte order.
struct Prefix {
    std::uint32_t address = 0;
    int length = 0;
};

std::optional<Prefix> prefix_of(const std::string& network) {
    const auto slash = network.find('/');
    in_addr address{};
    if (slash == std::string::npos ||
        ::inet_pton(AF_INET, network.substr(0, slash).c_str(), &address) != 1) {
        return std::nullopt;
    }
    const auto length = parse_integer(network.substr(slash + 1)).value_or(-1);
    return length < 1 || length > 32
               ? std::nullopt
               : std::optional(Prefix{ntohl(address.s_addr), static_cast<int>(length)});
}

bool is_part(const Prefix& part, const Prefix& whole) {
    return part.length >= whole.length &&
           (part.address ^ whole.address) >> static_cast<unsigned>(32 - whole.length) == 0;
}

std::string text_of(const in_addr& address) {
    std::array<char, INET_ADDRSTRLEN> text{};
    return ::inet_ntop(AF_INET, &address, text.data(), text.size());
}

AddressAttribute attribute(std::uint16_t type, const std::string& address) {
    AddressAttribute out;
    out.header = {sizeof out, type};
    ::inet_pton(AF_INET, address.c_str(), &out.address);
    return out;
}

/// Returns a route through another machine, nullopt for any other.
std::optional<GatewayRoute> parse_route(nlmsghdr* header) {
    auto* route = static_cast<rtmsg*>(NLMSG_DATA(header));
    if (route->rtm_family != AF_INET || route->rtm_table != RT_TABLE_MAIN ||
        route->rtm_type != RTN_UNICAST || route->rtm_dst_len == 0) {
        return std::nullopt;
    }
    GatewayRoute out;
    int left = static_cast<int>(RTM_PAYLOAD(header));
    for (auto* at = RTM_RTA(route); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
        if (at->rta_type == RTA_DST) {
            out.network = text_of(*static_cast<const in_addr*>(RTA_DATA(at))) + "/" +
                          std::to_string(route->rtm_dst_len);
        } else if (at->rta_type == RTA_GATEWAY) {
            out.gateway = text_of(*static_cast<const in_addr*>(RTA_DATA(at)));
        }
    }
    return out.network.empty() || out.gateway.empty() ? std::nullopt : std::optional(out);
}

} // namespace

std::vector<GatewayRoute> read_gateway_routes() {
    RouteRequest request;
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.route);
    request.header.nlmsg_type = RTM_GETROUTE;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.route.rtm_family = AF_INET;
    const auto socket = send_netlink(request.header);
    std::vector<GatewayRoute> out;
    const int error = read_netlink(socket, [&](nlmsghdr* header) {
        if (auto route = parse_route(header)) {
            out.push_back(*std::move(route));
        }
    });
    if (error != 0) {
        throw system_error(error, "list routes");
    }
    return out;
}

std::vector<GatewayRoute> routes_to_parts(const std::vector<GatewayRoute>& all,
                                          const std::vector<std::string>& networks) {
    std::vector<GatewayRoute> out;
    std::ranges::copy_if(all, std::back_inserter(out), [&](const GatewayRoute& route) {
        const auto part = prefix_of(route.network);
        return part && std::ranges::any_of(networks, [&](const std::string& network) {
                   const auto whole = prefix_of(network);
                   return whole && is_part(*part, *whole);
               });
    });
    return out;
}

void remove_route(const GatewayRoute& route) {
    const auto slash = route.network.find('/');
    RouteRequest request;
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = RTM_DELROUTE;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.route.rtm_family = AF_INET;
    request.route.rtm_table = RT_TABLE_MAIN;
    request.route.rtm_scope = RT_SCOPE_NOWHERE; // any
    request.route.rtm_dst_len =
        static_cast<unsigned char>(parse_integer(route.network.substr(slash + 1)).value_or(32));
    request.destination = attribute(RTA_DST, route.network.substr(0, slash));
    request.gateway = attribute(RTA_GATEWAY, route.gateway);
    const auto socket = send_netlink(request.header);
    const int error = read_netlink(socket, [](nlmsghdr*) {});
    if (error != 0 && error != ESRCH) {
        throw system_error(error, "remove the route " + route.text());
    }
}

} // namespace k8s_node::teardown
