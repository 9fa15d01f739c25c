// What a node relies on that lies outside of its own files and can keep pods
// from running: declared by components, kept with a generation, looked at before
// a change, after it, and by status.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/sandbox_start.hpp"

namespace k8s_node {

/// The file system on which a directory lies, or will lie.
struct DirectoryReliance {
    std::string path;
    std::vector<std::string> needs;  ///< mount options without which nothing works: "rw", "exec"
    std::vector<std::string> wants;  ///< those without which something does not: "dev", "suid"
    std::vector<std::string> not_on; ///< kinds of file system: "overlay"
    std::uint64_t bytes = 0;         ///< that must be free
    std::uint64_t inodes = 0;        ///< that must be free, where the file system counts them
    bool operator==(const DirectoryReliance&) const = default;
};

/// An interface that is a bridge with the first address of a network, or not there.
struct BridgeReliance {
    std::string name;
    std::string network; ///< "10.244.0.0/24"
    bool operator==(const BridgeReliance&) const = default;
};

/// A unit of somebody else that does not get along with this node.
struct Conflict {
    std::string unit; ///< "k3s.service"
    std::string why;
    Severity severity = Severity::error;
    bool operator==(const Conflict&) const = default;
};

struct Reliance {
    std::vector<DirectoryReliance> directories;
    std::vector<std::string> first_files; ///< of their directory, by name
    std::vector<BridgeReliance> bridges;
    std::vector<std::string> resolvers; ///< resolv.conf(5) files
    std::vector<std::string> sockets;   ///< on which only our services may listen
    std::vector<Conflict> conflicts;
    SandboxStart sandbox;
    bool operator==(const Reliance&) const = default;
};

/// As JSON, the same bytes for equal values.
[[nodiscard]] std::string write_reliance(const Reliance& reliance);

/// Reads write_reliance()'s text; what is missing is empty. Throws Error naming
/// `path` for what is not that.
[[nodiscard]] Reliance parse_reliance(std::string_view text, std::string_view path);

} // namespace k8s_node
