// The things outside of its own files that a node relies on, and those that can keep pods from
// running: declared by components, stored with a generation, checked before and after a change and
// by status.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/sandbox_start.hpp"

namespace k8s_node {

/// Requirements on the file system of a directory, which need not exist yet.
struct DirectoryReliance {
    std::string path;
    std::vector<std::string> needs;  ///< required mount options: "rw", "exec"
    std::vector<std::string> wants;  ///< mount options that only some pods need: "dev", "suid"
    std::vector<std::string> not_on; ///< unsuitable types of file system: "overlay"
    std::uint64_t bytes = 0;         ///< that must be free
    std::uint64_t inodes = 0;        ///< that must be free, where the file system counts them
    bool operator==(const DirectoryReliance&) const = default;
};

/// An interface that must be a bridge with the first address of a network, or be absent.
struct BridgeReliance {
    std::string name;
    std::string network; ///< "10.244.0.0/24"
    bool operator==(const BridgeReliance&) const = default;
};

/// A foreign unit that conflicts with this node.
struct Conflict {
    std::string unit; ///< "k3s.service"
    std::string why;
    Severity severity = Severity::error;
    bool operator==(const Conflict&) const = default;
};

struct Reliance {
    std::vector<DirectoryReliance> directories;
    std::vector<std::string> first_files; ///< that must sort first in their directory
    std::vector<BridgeReliance> bridges;
    std::vector<std::string> resolvers; ///< resolv.conf(5) files
    std::vector<std::string> sockets;   ///< on which only this node's services may listen
    std::vector<Conflict> conflicts;
    SandboxStart sandbox;
    bool operator==(const Reliance&) const = default;
};

/// Returns the reliance as JSON, the same bytes for equal values.
[[nodiscard]] std::string write_reliance(const Reliance& reliance);

/// Parses the output of write_reliance(); missing keys are empty. Throws Error naming `path` for
/// anything else.
[[nodiscard]] Reliance parse_reliance(std::string_view text, std::string_view path);

} // namespace k8s_node
