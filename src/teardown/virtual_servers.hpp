// Virtual servers of IPVS. They belong to no interface and bear no name: whose
// they are is known only as long as their addresses are on an interface.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::teardown {

struct VirtualServer {
    std::string protocol; ///< "TCP", "UDP" or "SCTP"
    std::string address;  ///< "10.96.0.1"
    int port = 0;
    bool operator==(const VirtualServer&) const = default;
};

/// Those of IPv4 in the text of /proc/net/ip_vs. Pure.
[[nodiscard]] std::vector<VirtualServer> parse_virtual_servers(std::string_view text);

/// Whether there are any at addresses of this interface.
[[nodiscard]] bool has_virtual_servers(const std::string& interface);

/// Removes the virtual servers at addresses of this interface. Throws Error
/// naming them where ipvsadm(8) is missing.
void remove_virtual_servers_of(const std::string& interface);

} // namespace k8s_node::teardown
