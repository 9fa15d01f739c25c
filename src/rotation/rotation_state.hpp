// The rotations that have begun, from before their first change until they are over:
// /etc/k8s-node/state/rotation.json.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rotation/phase.hpp"
#include "support/files.hpp"

namespace k8s_node {

using Rotations = std::vector<Rotation>; ///< one for each subject at most

[[nodiscard]] std::filesystem::path rotation_file(const Root& root);

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

} // namespace k8s_node
