// What is against the next phase of a rotation.
#pragma once

#include <vector>

#include "generations/system.hpp"
#include "model/finding.hpp"
#include "rotation/rotation_state.hpp"
#include "upkeep/rotate_keys.hpp"

namespace k8s_node {

/// Throws Error(unsuitable) if the units of this generation cannot work with two CAs, or if the
/// cluster has other control planes or the node another etcd than its own.
void require_lone_control_plane(const Generation& current, const System& system);

/// Asks the cluster and looks at the files. Time cures what only has to be waited for.
[[nodiscard]] Findings check_moves(const std::vector<RotationMove>& moves,
                                   const Rotations& rotations, const Generation& current,
                                   const System& system);

} // namespace k8s_node
