// IP addresses and networks as numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/setting.hpp"

namespace k8s_node {

/// A network; an address counts as a network of one address.
struct Network {
    std::array<std::uint8_t, 16> bytes{};
    int bits = 0;   ///< of an address: 32 or 128
    int length = 0; ///< of the prefix
};

/// Parses "10.0.0.0/8", "fd00::/64" or a plain address.
[[nodiscard]] std::optional<Network> parse_network(const std::string& text);

/// True if bits after the prefix are set, as in 10.0.0.1/8.
[[nodiscard]] bool has_host_bits(const Network& network);

/// Parses networks or addresses separated by commas; empty if one of them is none.
[[nodiscard]] std::vector<Network> parse_networks(const std::string& text);

/// Returns the first address and the prefix length: "10.0.0.0/8".
[[nodiscard]] std::string without_host_bits(const Network& network);

/// True if all of `inner` belongs to `outer`.
[[nodiscard]] bool is_inside(const Network& inner, const Network& outer);

/// True if the two share an address.
[[nodiscard]] bool overlap(const Network& a, const Network& b);

/// Returns the host and the port of a URL, "lb.example:443"; a port that it does not say is that of
/// its scheme, https or http.
[[nodiscard]] std::string place_of_url(const std::string& url);

/// Reports addresses and networks that do not lie inside or apart from others, or have other
/// families, as their settings demand, and prefix lengths that do not divide their networks; at the
/// value that an operator can change.
void check_networks(const Settings& settings, Diagnostics& diagnostics);

} // namespace k8s_node
