// Replacing keys of the cluster by overlap: one phase of a rotation in each run.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "health/outage.hpp"
#include "node/verbs.hpp"
#include "rotation/rotation_state.hpp"

namespace k8s_node {

enum class Replaced { authorities, key };

struct RotationRequest {
    Replaced what = Replaced::authorities;
    std::vector<std::string> names; ///< CAs, none for all that the node has; or the one key
    Wish wish = Wish::advance;
    bool dry_run = false; ///< only find out which phase is next, and what is against it
};

/// A phase that a run makes, of one key.
struct RotationMove {
    std::string subject;
    Phase phase = Phase::trust;
    bool repeats = false; ///< a run that made it was killed
};

/// Called before anything is changed.
using OnMoves = std::function<void(const std::vector<RotationMove>&)>;

struct RotationResult {
    std::vector<RotationMove> moves; ///< empty: only to finish is left
    Rotations rotations;             ///< those that are not over
    std::size_t rewritten = 0;       ///< objects, with a new key of encryption
    std::optional<Outage> api_outage;
};

/// Makes the next phase of each: the files, the certificates that follow from them, and the
/// restarts of what reads them, one after another. Waits for the node's turn. A run that was killed
/// at any moment is repeated. Throws Error(usage) and Error(unsuitable) for what cannot be replaced
/// here, Error(unsuitable) or Error(not_yet) with the reasons why a phase cannot begin yet; then
/// nothing was changed.
RotationResult rotate_keys(const NodeOptions& options, const RotationRequest& request,
                           const Reporting& reporting, const OnMoves& on_moves);

/// Returns the rotations that have begun on this machine. Throws Error for a damaged record.
[[nodiscard]] Rotations look_at_rotations(const NodeOptions& options);

} // namespace k8s_node
