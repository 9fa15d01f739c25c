// Snapshots of etcd, taken before a change that may write what an older release cannot read.
#pragma once

#include <cstdint>
#include <string>

#include "loop/event_loop.hpp"
#include "model/generation.hpp"
#include "support/files.hpp"

namespace k8s_node {

namespace paths {
inline constexpr const char* snapshots = "/var/lib/k8s-node/snapshots";
} // namespace paths

/// How many snapshots are kept; older ones are removed after a new one.
inline constexpr std::size_t snapshots_kept = 3;

struct Snapshot {
    std::string path; ///< below paths::snapshots, 0600
    std::uint64_t bytes = 0;
    std::int64_t revision = 0;
    std::string restore; ///< the command that replaces etcd's data with it
};

/// Returns the disk space that a snapshot of the present data needs.
[[nodiscard]] std::uint64_t snapshot_bytes(const EtcdMember& etcd, const Root& root);

/// Saves a snapshot of the running etcd with the etcdctl of `current`, and verifies it with
/// etcdutl. `generation` becomes part of its name. Throws Error, and then leaves no file behind.
[[nodiscard]] Snapshot take_snapshot(const Root& root, const Generation& current, int generation,
                                     EventLoop& loop);

} // namespace k8s_node
