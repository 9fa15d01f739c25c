// The state of a recovery of etcd, from before its first change until it is done, so that one that
// was killed is finished by repeating it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "etcd/members.hpp"
#include "model/finding.hpp"
#include "support/files.hpp"

namespace k8s_node {

namespace paths {
/// The data of a member as they were before each recovery, in directories that begin with its time.
inline constexpr const char* recovery_copies = "/var/lib/k8s-node/etcd-recovery";
} // namespace paths

enum class RecoveryStep {
    begun,   ///< services are stopped and data are copied; the member's own are untouched
    making,  ///< the cluster of one member is made: there is no way back but the copy
    starting ///< it is made; the rest of the node starts
};

/// A member that is not part of the new cluster.
struct DroppedMember {
    std::uint64_t id = 0; ///< 0: only its URL is known, from the note of this machine
    std::string text;     ///< for people
    bool operator==(const DroppedMember&) const = default;
};

struct RecoveryState {
    RecoveryStep step = RecoveryStep::begun;
    std::string snapshot; ///< the file that it is restored from; empty: this machine's own data
    std::string copy;     ///< the directory below paths::recovery_copies
    std::vector<DroppedMember> dropped;
    bool operator==(const RecoveryState&) const = default;
};

/// Returns nullopt if no recovery was interrupted. Throws Error for a file that is damaged.
[[nodiscard]] std::optional<RecoveryState> read_recovery_state(const Root& root);
/// A recovery that was interrupted, as `status` reports it; nullopt if there is none. Throws as
/// above.
[[nodiscard]] std::optional<Finding> interrupted_recovery(const Root& root);
void write_recovery_state(const Root& root, const RecoveryState& state);
void forget_recovery(const Root& root);

} // namespace k8s_node
