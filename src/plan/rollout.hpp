// In which order units are restarted when one after the other shall prove that
// it works before the next is touched. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/manifest.hpp"

namespace k8s_node {

/// The units of one step; they do not wait for each other.
using RolloutStep = std::vector<std::string>;

/// `units` (others than those of the manifest come last) so that each comes
/// after those that it is ordered after, also by way of units that are not in
/// `units`; else as in the manifest. Neighbours none of which comes after
/// another are one step.
[[nodiscard]] std::vector<RolloutStep> rollout_steps(const std::vector<std::string>& units,
                                                     const Manifest& manifest);

} // namespace k8s_node
