// The addresses of this machine, as the kernel tells them. Nothing is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "model/facts.hpp"

namespace k8s_node::host {

/// All IPv4 and IPv6 addresses of interfaces that are up.
[[nodiscard]] std::vector<InterfaceAddress> observe_addresses();

/// The IPv4 address from which the default route would be used; nullopt
/// without one. Asked of the routing table by connecting a UDP socket.
[[nodiscard]] std::optional<std::string> observe_default_address();

/// An IPv4 or IPv6 address as inet_ntop(3) writes it; nullopt for any other.
[[nodiscard]] std::optional<std::string> numeric_address(const sockaddr* address);

/// What keeps other machines from using an address: "a loopback address"; empty
/// for one that they could reach.
[[nodiscard]] std::string local_kind(std::string_view address);

/// The interface that holds an address, whichever way the address is written.
[[nodiscard]] std::optional<std::string>
interface_of(const std::vector<InterfaceAddress>& addresses, std::string_view address);

} // namespace k8s_node::host
