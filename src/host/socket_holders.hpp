// Finds the processes that hold a socket.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

#include "support/files.hpp"

namespace k8s_node::host {

/// A process with a socket among its descriptors.
struct SocketHolder {
    pid_t pid = 0;
    std::string command;            ///< "nginx"
    std::vector<std::string> units; ///< its units, outermost first
    bool operator==(const SocketHolder&) const = default;
};

/// Holders by the socket's inode. A socket may have none: the kernel's own, and those of
/// processes of another PID namespace.
using SocketHolders = std::map<std::uint64_t, std::vector<SocketHolder>>;

/// Looks up all of them in /proc, in one pass.
[[nodiscard]] SocketHolders find_socket_holders(const Root& root,
                                                const std::set<std::uint64_t>& inodes);

} // namespace k8s_node::host
