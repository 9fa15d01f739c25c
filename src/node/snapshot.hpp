// A copy of etcd's data from before a change that may write what an older
// release cannot read.
#pragma once

#include <cstdint>
#include <string>

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
    std::string restore; ///< the commands that put it in place of what is there
};

/// Room that a snapshot of the data that is there now needs.
[[nodiscard]] std::uint64_t snapshot_bytes(const Root& root);

/// Has the etcd of `current`, which must run, write a snapshot by its own
/// etcdctl, and has the tool read it again. `generation` becomes part of its
/// name. Throws Error; then there is no file of it.
[[nodiscard]] Snapshot take_snapshot(const Root& root, const Generation& current, int generation);

} // namespace k8s_node
