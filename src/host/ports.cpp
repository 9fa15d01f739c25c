#include "host/ports.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <map>
#include <netinet/in.h>
#include <set>
#include <sys/socket.h>

#include "host/proc_text.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace {

struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
    [[nodiscard]] int family() const { return address.ss_family; }
};

Endpoint v4_endpoint(const in_addr& address, std::uint16_t port) {
    Endpoint endpoint;
    auto* socket_address = reinterpret_cast<sockaddr_in*>(&endpoint.address);
    socket_address->sin_family = AF_INET;
    socket_address->sin_port = htons(port);
    socket_address->sin_addr = address;
    endpoint.size = sizeof *socket_address;
    return endpoint;
}

Endpoint v6_endpoint(const in6_addr& address, std::uint16_t port) {
    Endpoint endpoint;
    auto* socket_address = reinterpret_cast<sockaddr_in6*>(&endpoint.address);
    socket_address->sin6_family = AF_INET6;
    socket_address->sin6_port = htons(port);
    socket_address->sin6_addr = address;
    endpoint.size = sizeof *socket_address;
    return endpoint;
}

/// Returns what a Go service binds for this claim: both families if no address is given.
Endpoint endpoint_of(const PortClaim& claim) {
    in_addr v4{};
    in6_addr v6 = IN6ADDR_ANY_INIT;
    if (claim.address.empty() || ::inet_pton(AF_INET6, claim.address.c_str(), &v6) == 1) {
        return v6_endpoint(v6, claim.port);
    }
    if (::inet_pton(AF_INET, claim.address.c_str(), &v4) != 1) {
        throw Error("'" + claim.address + "', where " + claim.service +
                        " should listen, is not an IP address",
                    ExitStatus::configuration);
    }
    return v4_endpoint(v4, claim.port);
}

UniqueFd open_socket(int family, Transport transport) {
    const int type = transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
    return UniqueFd(::socket(family, type | SOCK_CLOEXEC, 0));
}

bool is_free(const PortClaim& claim) {
    auto endpoint = endpoint_of(claim);
    auto fd = open_socket(endpoint.family(), claim.transport);
    if (!fd && errno == EAFNOSUPPORT && claim.address.empty()) {
        endpoint = v4_endpoint(in_addr{}, claim.port); // a kernel without IPv6
        fd = open_socket(endpoint.family(), claim.transport);
    }
    if (!fd) {
        throw system_error(errno, "open a socket to test port " + std::to_string(claim.port));
    }
    const int on = 1;
    const int off = 0;
    if (claim.transport == Transport::tcp) { // as Go does: TIME_WAIT does not occupy a port
        ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (claim.address.empty() && endpoint.family() == AF_INET6) {
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    // Any other error (an address that is not here, say) has its own check.
    return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.size) ==
               0 ||
           errno != EADDRINUSE;
}

using InodePorts = std::map<std::uint64_t, std::pair<Transport, std::uint16_t>>;

InodePorts bound_inodes(const Root& root) {
    InodePorts ports;
    const auto add = [&](const char* table, Transport transport) {
        const auto text = read_file_if_exists(root.at(table)).value_or("");
        for (const auto& entry : parse_bound_sockets(text)) {
            ports[entry.inode] = {transport, entry.port};
        }
    };
    add("/proc/net/tcp", Transport::tcp);
    add("/proc/net/tcp6", Transport::tcp);
    add("/proc/net/udp", Transport::udp);
    add("/proc/net/udp6", Transport::udp);
    return ports;
}

void find_holders(const Root& root, std::vector<PortObservation>& observations) {
    const auto ports = bound_inodes(root);
    std::set<std::uint64_t> inodes;
    for (const auto& [inode, port] : ports) {
        inodes.insert(inode);
    }
    for (const auto& [inode, holders] : find_socket_holders(root, inodes)) {
        for (auto& seen : observations) {
            if (seen.free || ports.at(inode) != std::pair(seen.claim.transport, seen.claim.port)) {
                continue;
            }
            for (const auto& holder : holders) {
                if (std::ranges::find(seen.holders, holder) == seen.holders.end()) {
                    seen.holders.push_back(holder);
                }
            }
        }
    }
}

} // namespace

std::vector<PortObservation> observe_ports(const Root& root, const std::vector<PortClaim>& claims) {
    std::vector<PortObservation> observations;
    bool all_free = true;
    for (const auto& claim : claims) {
        observations.push_back({claim, is_free(claim), {}});
        all_free = all_free && observations.back().free;
    }
    if (!all_free) {
        find_holders(root, observations);
    }
    return observations;
}

} // namespace k8s_node::host
