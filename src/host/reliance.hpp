// What a node relies on outside of its own files, as it is on this machine.
#pragma once

#include <string>
#include <vector>

#include "host/socket_holders.hpp"
#include "model/reliance.hpp"
#include "support/files.hpp"

namespace k8s_node::host {

/// The file system that holds a directory, or will hold it.
struct DirectorySeen {
    DirectoryReliance wanted;
    std::string mount_point;
    std::vector<std::string> options; ///< of "rw", "exec", "suid", "dev", those that it has
    std::string kind;                 ///< "overlay", "nfs"; empty for all others
    std::uint64_t bytes = 0;          ///< free
    std::uint64_t inodes = 0;         ///< free
    bool counts_inodes = true;
};

struct BridgeSeen {
    BridgeReliance wanted;
    bool exists = false;
    bool is_bridge = false;
    std::vector<std::string> addresses; ///< IPv4, with the length of their network
};

struct ResolverSeen {
    std::string path;
    std::string trouble;              ///< why it cannot be read; empty if it can
    std::vector<std::string> servers; ///< in order
};

struct SocketSeen {
    std::string path;
    bool listens = false;              ///< somebody does
    std::vector<SocketHolder> holders; ///< as far as they can be seen
};

/// Files that the first one of its directory must come before.
struct FirstFileSeen {
    std::string path;
    std::vector<std::string> before; ///< absolute paths of those that come first by name
};

[[nodiscard]] DirectorySeen observe_directory(const Root& root, const DirectoryReliance& wanted);
[[nodiscard]] BridgeSeen observe_bridge(const Root& root, const BridgeReliance& wanted);
[[nodiscard]] ResolverSeen observe_resolver(const Root& root, const std::string& path);
[[nodiscard]] std::vector<SocketSeen> observe_sockets(const Root& root,
                                                      const std::vector<std::string>& paths);
/// Files with the endings that network configurations can have.
[[nodiscard]] FirstFileSeen observe_first_file(const Root& root, const std::string& path);

/// What is this node's own, and so is in nobody's way.
struct OwnParts {
    std::vector<std::string> units; ///< "containerd.service"
    std::vector<std::string> files; ///< absolute paths
};

/// Everything of it that is wrong. `active` names the conflicting units that
/// run. Looks only. Throws Error when looking itself fails.
[[nodiscard]] Findings check_reliance(const Reliance& reliance, const OwnParts& own,
                                      const std::vector<std::string>& active, const Root& root);

} // namespace k8s_node::host
