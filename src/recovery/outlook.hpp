// What a recovery of etcd would do, and the reasons against it, before anything is touched.
#pragma once

#include <string>
#include <vector>

#include "etcd/quorum.hpp"
#include "etcd/snapshot_file.hpp"
#include "generations/system.hpp"
#include "model/finding.hpp"
#include "recovery/recovery_state.hpp"

namespace k8s_node {

struct RecoveryOutlook {
    std::string member;     ///< the name of the one that remains
    std::string data;       ///< its data directory
    RecoveryState state;    ///< with the snapshot, the copy to be made and who is dropped
    SnapshotFile snapshot;  ///< if there is one
    std::string saved_at{}; ///< when the snapshot was written, "2026-11-28T06:00:00Z"
    bool continues = false; ///< one that was interrupted when there was no way back any more
    bool has_api_server = false;
    Findings findings{}; ///< errors are reasons against it
};

/// Looks at the cluster, the data and the disk, and verifies the snapshot (empty: there is none).
/// Changes nothing. Throws Error (unsuitable) on a machine without a member, or without data to go
/// on from; (verification) if the snapshot cannot be restored; (usage) if another recovery was
/// interrupted when there was no way back.
[[nodiscard]] RecoveryOutlook
look_before_recovery(const Generation& current, const std::string& snapshot, const System& system);

/// Returns the findings about a cluster that somebody wants to recover: EtcdQuorum if it works.
[[nodiscard]] Findings findings_before_recovery(const Quorum& quorum, bool from_snapshot);

/// Returns who is dropped if `own` (a name) remains alone: members or, if nobody lists them, the
/// URLs in the machine's note.
[[nodiscard]] std::vector<DroppedMember> dropped_members(const Quorum& quorum,
                                                         const std::string& own,
                                                         const std::vector<std::string>& noted);

/// Returns the name that etcd's flags give a member: "n1" of "--name=n1".
[[nodiscard]] std::string member_name(const EtcdMember& etcd);

} // namespace k8s_node
