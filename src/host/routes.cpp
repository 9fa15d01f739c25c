#include "host/routes.hpp"

#include <arpa/inet.h>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>

#include "support/text.hpp"

namespace k8s_node::host {

namespace {

// linux/route.h and linux/ipv6_route.h
constexpr std::uint32_t is_up = 0x1;
constexpr std::uint32_t has_gateway = 0x2;
constexpr std::uint32_t refuses = 0x200;
constexpr std::uint32_t is_local = 0x80000000;
/// Half of all addresses: one part of a default route in two parts.
constexpr int widest = 1;

std::optional<std::uint32_t> hexadecimal(std::string_view text) {
    std::uint32_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, value, 16);
    return failure == std::errc{} && rest == end && !text.empty() ? std::optional(value)
                                                                  : std::nullopt;
}

std::string text_of(int family, const void* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return ::inet_ntop(family, address, text.data(), text.size());
}

std::optional<std::string> ipv6_address(std::string_view digits) {
    constexpr std::size_t length = 32;
    in6_addr address{};
    if (digits.size() != length) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < sizeof address.s6_addr; ++i) {
        const auto byte = hexadecimal(digits.substr(2 * i, 2));
        if (!byte) {
            return std::nullopt;
        }
        address.s6_addr[i] = static_cast<std::uint8_t>(*byte); // NOLINT: an array of C
    }
    return text_of(AF_INET6, &address);
}

bool leads_somewhere(std::uint32_t flags) {
    return (flags & is_up) != 0 && (flags & (refuses | is_local)) == 0;
}

/// True for multicast and link-local addresses, which every interface has.
bool is_of_every_interface(const std::string& address) {
    return address.starts_with("fe80:") || address.starts_with("ff0");
}

} // namespace

std::vector<Route> parse_routes(std::string_view table) {
    std::vector<Route> routes;
    for (const auto& line : split_lines(table)) {
        // Iface Destination Gateway Flags RefCnt Use Metric Mask …
        const auto fields = words_of(line);
        if (fields.size() < 8) {
            continue;
        }
        const auto address = hexadecimal(fields[1]); // in network byte order
        const auto flags = hexadecimal(fields[3]);
        const auto mask = hexadecimal(fields[7]);
        if (!address || !flags || !mask || !leads_somewhere(*flags) ||
            std::popcount(*mask) <= widest) {
            continue;
        }
        routes.push_back({text_of(AF_INET, &*address) + "/" + std::to_string(std::popcount(*mask)),
                          fields[0], (*flags & has_gateway) != 0});
    }
    return routes;
}

std::vector<Route> parse_ipv6_routes(std::string_view table) {
    std::vector<Route> routes;
    for (const auto& line : split_lines(table)) {
        // destination length source length gateway metric refcnt use flags interface
        const auto fields = words_of(line);
        if (fields.size() < 10) {
            continue;
        }
        const auto address = ipv6_address(fields[0]);
        const auto length = hexadecimal(fields[1]);
        const auto flags = hexadecimal(fields[8]);
        if (!address || !length || !flags || !leads_somewhere(*flags) || *length <= widest ||
            is_of_every_interface(*address)) {
            continue;
        }
        routes.push_back(
            {*address + "/" + std::to_string(*length), fields[9], (*flags & has_gateway) != 0});
    }
    return routes;
}

std::vector<Route> observe_routes(const Root& root) {
    auto routes = parse_routes(read_file_if_exists(root.at("/proc/net/route")).value_or(""));
    auto more =
        parse_ipv6_routes(read_file_if_exists(root.at("/proc/net/ipv6_route")).value_or(""));
    routes.insert(routes.end(), more.begin(), more.end());
    return routes;
}

} // namespace k8s_node::host
