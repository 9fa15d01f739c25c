// The actual state of what a node relies on outside its own files.
#pragma once

#include <string>
#include <vector>

#include "host/socket_holders.hpp"
#include "model/reliance.hpp"
#include "support/files.hpp"

namespace k8s_node::host {

/// The file system of a directory, which need not exist yet.
struct DirectorySeen {
    DirectoryReliance wanted;
    std::string mount_point;
    std::vector<std::string> options; ///< those of "rw", "exec", "suid", "dev" that it has
    std::string kind;                 ///< "overlay", "nfs"; empty for all others
    std::uint64_t bytes = 0;          ///< free
    std::uint64_t inodes = 0;         ///< free
    bool counts_inodes = true;
};

struct BridgeSeen {
    BridgeReliance wanted;
    bool exists = false;
    bool is_bridge = false;
    std::vector<std::string> addresses; ///< IPv4, with prefix length
};

struct ResolverSeen {
    std::string path;
    std::string trouble;              ///< why it cannot be read; empty if it can
    std::vector<std::string> servers; ///< in order
};

struct SocketSeen {
    std::string path;
    bool listens = false;              ///< somebody listens on it
    std::vector<SocketHolder> holders; ///< as far as they are visible
};

/// The files that sort before one that must be the first in its directory.
struct FirstFileSeen {
    std::string path;
    std::vector<std::string> before; ///< absolute paths of those that sort before it
    std::string trouble;             ///< why the directory cannot be listed; empty if it can
};

[[nodiscard]] DirectorySeen observe_directory(const Root& root, const DirectoryReliance& wanted);
[[nodiscard]] BridgeSeen observe_bridge(const Root& root, const BridgeReliance& wanted);
[[nodiscard]] ResolverSeen observe_resolver(const Root& root, const std::string& path);
[[nodiscard]] std::vector<SocketSeen> observe_sockets(const Root& root,
                                                      const std::vector<std::string>& paths);
/// Considers files with the extensions of network configurations.
[[nodiscard]] FirstFileSeen observe_first_file(const Root& root, const std::string& path);

/// This node's own units and files, which do not count as conflicts.
struct OwnParts {
    std::vector<std::string> units; ///< "containerd.service"
    std::vector<std::string> files; ///< absolute paths
};

/// Checks everything that a node relies on. `active` names the conflicting units that run. Reads
/// only. Throws Error if observing fails.
[[nodiscard]] Findings check_reliance(const Reliance& reliance, const OwnParts& own,
                                      const std::vector<std::string>& active, const Root& root);

} // namespace k8s_node::host
