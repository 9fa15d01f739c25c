// Snapshots and defragmentation of etcd, for an operator and for a timer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "etcd/snapshot.hpp"
#include "etcd/upkeep.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

struct SnapshotRequest {
    std::string file{};     ///< where to; empty: a new one in /var/lib/k8s-node/snapshots
    bool scheduled = false; ///< leave it to one of the members
    Retention retention{};  ///< what is removed afterwards; without a count and an age nothing
};

struct SnapshotResult {
    std::optional<Snapshot> snapshot; ///< nullopt: another member saves it
    std::string other;                ///< that member
    std::vector<std::string> removed; ///< older ones
};

/// Saves a snapshot of etcd and reads it back. Throws Error(unsuitable) on a machine without a
/// member; what has failed leaves no file and removes none.
SnapshotResult save_etcd(const NodeOptions& options, const SnapshotRequest& request,
                         const Reporting& reporting);

/// Returns the snapshots on this machine, newest first, each of which was read.
[[nodiscard]] std::vector<SavedSnapshot> list_etcd_snapshots(const NodeOptions& options);

/// Does as defragment_all(), for the cluster of this machine's member.
DefragResult defragment_etcd(const NodeOptions& options, const Reporting& reporting);

} // namespace k8s_node
