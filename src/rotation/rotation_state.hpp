// The rotations that have begun, from before their first change until they are over:
// /etc/k8s-node/state/rotation.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generations/rotation_file.hpp"
#include "model/finding.hpp"
#include "rotation/phase.hpp"

namespace k8s_node {

using Rotations = std::vector<Rotation>; ///< one for each subject at most

/// Returns none if there is no file. Throws Error for a file that is damaged.
[[nodiscard]] Rotations read_rotations(const Root& root);

/// Replaces the file; removes it if no rotation is left.
void write_rotations(const Root& root, const Rotations& rotations);

[[nodiscard]] std::optional<Rotation> find_rotation(const Rotations& rotations,
                                                    const std::string& subject);

/// Adds a rotation, or replaces that of the same subject.
void put_rotation(Rotations& rotations, Rotation rotation);

/// Returns a line for each rotation, as status and certs list show it: its subject, its phase, and
/// what continues it. Throws as read_rotations().
[[nodiscard]] std::vector<std::string> rotation_notes(const Root& root);

/// Returns a warning, KeyRotation-SUBJECT, for each rotation that was interrupted, and for each
/// that has stayed in its phase for more than two weeks. Pure.
[[nodiscard]] Findings find_stalled(const Rotations& rotations, std::chrono::sys_seconds now);

} // namespace k8s_node
