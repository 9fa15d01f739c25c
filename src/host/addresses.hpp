// The addresses of this machine, read from the kernel. Sends nothing.
#pragma once

#include <ifaddrs.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "model/facts.hpp"
#include "support/handle.hpp"

namespace k8s_node::host {

/// A list of interfaces with their addresses, in the order of getifaddrs(3).
using InterfaceList = CHandle<ifaddrs, ::freeifaddrs>;

/// Returns this machine's interfaces with their addresses. Throws Error.
[[nodiscard]] InterfaceList list_interfaces();

/// Returns all IPv4 and IPv6 addresses of interfaces that are up.
[[nodiscard]] std::vector<InterfaceAddress> observe_addresses();

/// Returns the source address of the default route for a family, AF_INET or AF_INET6; nullopt
/// without one. Queries the routing table by connecting a UDP socket.
[[nodiscard]] std::optional<std::string> observe_default_address(int family);

/// Returns an IPv4 or IPv6 address as inet_ntop(3) writes it; nullopt for any other family.
[[nodiscard]] std::optional<std::string> numeric_address(const sockaddr* address);

/// Returns why other machines cannot use an address: "a loopback address"; empty if they could
/// reach it.
[[nodiscard]] std::string local_kind(std::string_view address);

/// Returns the interface that has an address, however the address is spelt.
[[nodiscard]] std::optional<std::string>
interface_of(const std::vector<InterfaceAddress>& addresses, std::string_view address);

} // namespace k8s_node::host
