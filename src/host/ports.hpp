// Ports that a node needs and their holders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/socket_holders.hpp"

namespace k8s_node::host {

enum class Transport { tcp, udp };

/// A port that one of our services will bind.
struct PortClaim {
    std::uint16_t port = 0;
    std::string service;      ///< "kube-apiserver", for messages
    std::string address = {}; ///< where it binds; empty for all addresses
    Transport transport = Transport::tcp;
};

/// The observation of one claim. A taken port may have no visible holder: the kernel's own
/// sockets and processes of another PID namespace have none.
struct PortObservation {
    PortClaim claim;
    bool free = true;
    std::vector<SocketHolder> holders;
};

/// Tries to bind each port (and releases it at once); looks up the holders of taken ports in
/// /proc, in one pass for all. Throws Error if no socket can be created at all.
[[nodiscard]] std::vector<PortObservation> observe_ports(const Root& root,
                                                         const std::vector<PortClaim>& claims);

} // namespace k8s_node::host
