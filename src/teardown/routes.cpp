#include "teardown/routes.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/rtnetlink.h>
#include <optional>

#include "language/networks.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "teardown/netlink.hpp"

namespace k8s_node::teardown {

// The kernel's macros for netlink messages are C, with C casts and sign conversions.
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace {

constexpr std::size_t room_for_attributes = 64; // two, each with an address of IPv6

/// A request about routes: the header, the start of all such messages, and what names one route.
struct RouteRequest {
    nlmsghdr header{};
    rtmsg route{};
    std::array<char, room_for_attributes> attributes{};
};

RouteRequest request_of(std::uint16_t type, std::uint16_t flags, int family) {
    RouteRequest request;
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.route);
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = flags;
    request.route.rtm_family = static_cast<unsigned char>(family);
    return request;
}

int family_of(const std::string& address) {
    return address.find(':') == std::string::npos ? AF_INET : AF_INET6;
}

void add_address(RouteRequest& request, std::uint16_t type, const std::string& address) {
    const auto used = request.header.nlmsg_len - NLMSG_LENGTH(sizeof request.route);
    const int family = family_of(address);
    const std::size_t size = family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    ::inet_pton(family, address.c_str(), bytes.data());
    const rtattr attribute{static_cast<unsigned short>(RTA_LENGTH(size)), type};
    auto* at = request.attributes.data() + used;
    std::memcpy(at, &attribute, sizeof attribute);
    std::memcpy(at + RTA_LENGTH(0), bytes.data(), size);
    request.header.nlmsg_len += RTA_ALIGN(RTA_LENGTH(size));
}

std::string text_of(int family, const void* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return ::inet_ntop(family, address, text.data(), text.size());
}

/// Returns a route of the family through another machine, nullopt for any other.
std::optional<GatewayRoute> parse_route(nlmsghdr* header, int family) {
    auto* route = static_cast<rtmsg*>(NLMSG_DATA(header));
    if (route->rtm_family != family || route->rtm_table != RT_TABLE_MAIN ||
        route->rtm_type != RTN_UNICAST || route->rtm_dst_len == 0) {
        return std::nullopt;
    }
    GatewayRoute out;
    int left = static_cast<int>(RTM_PAYLOAD(header));
    for (auto* at = RTM_RTA(route); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
        if (at->rta_type == RTA_DST) {
            out.network = text_of(family, RTA_DATA(at)) + "/" + std::to_string(route->rtm_dst_len);
        } else if (at->rta_type == RTA_GATEWAY) {
            out.gateway = text_of(family, RTA_DATA(at));
        }
    }
    return out.network.empty() || out.gateway.empty() ? std::nullopt : std::optional(out);
}

/// A kernel without IPv6 answers about its other families.
void read_family(int family, std::vector<GatewayRoute>& out) {
    const auto request = request_of(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, family);
    const auto socket = send_netlink(request.header);
    const int error = read_netlink(socket, [&](nlmsghdr* header) {
        if (auto route = parse_route(header, family)) {
            out.push_back(*std::move(route));
        }
    });
    if (error != 0 && error != EAFNOSUPPORT && error != EOPNOTSUPP) {
        throw system_error(error, "list routes");
    }
}

} // namespace

std::vector<GatewayRoute> read_gateway_routes() {
    std::vector<GatewayRoute> out;
    read_family(AF_INET, out);
    read_family(AF_INET6, out);
    return out;
}

std::vector<GatewayRoute> routes_to_parts(const std::vector<GatewayRoute>& all,
                                          const std::vector<std::string>& networks) {
    std::vector<GatewayRoute> out;
    std::ranges::copy_if(all, std::back_inserter(out), [&](const GatewayRoute& route) {
        const auto part = parse_network(route.network);
        return part && std::ranges::any_of(networks, [&](const std::string& network) {
                   const auto whole = parse_network(network);
                   return whole && whole->length > 0 && is_inside(*part, *whole);
               });
    });
    return out;
}

void remove_route(const GatewayRoute& route) {
    const auto slash = route.network.find('/');
    auto request = request_of(RTM_DELROUTE, NLM_F_REQUEST | NLM_F_ACK, family_of(route.network));
    request.route.rtm_table = RT_TABLE_MAIN;
    request.route.rtm_scope = RT_SCOPE_NOWHERE; // any
    request.route.rtm_dst_len =
        static_cast<unsigned char>(parse_integer(route.network.substr(slash + 1)).value_or(0));
    add_address(request, RTA_DST, route.network.substr(0, slash));
    add_address(request, RTA_GATEWAY, route.gateway);
    const auto socket = send_netlink(request.header);
    const int error = read_netlink(socket, [](nlmsghdr*) {});
    if (error != 0 && error != ESRCH) {
        throw system_error(error, "remove the route " + route.text());
    }
}

} // namespace k8s_node::teardown
