// Snapshots of etcd: before a change that may write what an older release cannot read, every night,
// and whenever an operator wants one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/event_loop.hpp"
#include "model/generation.hpp"
#include "support/files.hpp"

namespace k8s_node {

namespace paths {
inline constexpr const char* snapshots = "/var/lib/k8s-node/snapshots";
} // namespace paths

/// How many snapshots from before changes are kept; older ones are removed after a new one.
inline constexpr std::size_t snapshots_kept = 3;

struct Snapshot {
    std::string path; ///< 0600
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

/// Like take_snapshot(), but not for a change: to `file`, an absolute path that must not exist
/// (Error(usage)), or, if it is empty, to a new one below paths::snapshots.
[[nodiscard]] Snapshot save_snapshot(const Root& root, const EtcdMember& etcd,
                                     const std::string& file, EventLoop& loop);

/// A snapshot on disk.
struct SavedSnapshot {
    std::string path;
    std::chrono::sys_seconds saved;
    std::uint64_t bytes = 0;
    bool before_change = false; ///< of take_snapshot(), which has its own retention
    std::int64_t revision = 0;  ///< 0 if it is damaged
    std::string damage{};       ///< why it cannot be restored; empty if it can
};

/// Returns the snapshots below paths::snapshots, newest first; their content is not read yet.
[[nodiscard]] std::vector<SavedSnapshot> saved_snapshots(const Root& root);

/// Fills in the revision, or the damage, by reading the whole file.
void verify(SavedSnapshot& snapshot, const EtcdMember& etcd, EventLoop& loop);

/// How long nightly snapshots are kept. The newest one stays, however old.
struct Retention {
    std::size_t count = 0; ///< 0: any number
    std::optional<std::chrono::days> age{};
};

/// Returns those of `snapshots`, newest first, that are to be removed: none from before a change.
[[nodiscard]] std::vector<SavedSnapshot> expired_snapshots(std::vector<SavedSnapshot> snapshots,
                                                           const Retention& retention,
                                                           std::chrono::sys_seconds now);

} // namespace k8s_node
