// In which order units are restarted when one after the other shall prove that
// it works before the next is touched. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/generation.hpp"

namespace k8s_node {

/// The units of one step; they do not wait for each other.
using RolloutStep = std::vector<std::string>;

/// `units` (others than those of the manifest come last) so that each comes
/// after those that it is ordered after, also by way of units that are not in
/// `units`; else as in the manifest. Neighbours none of which comes after
/// another are one step. Those in `last` come after all others of the manifest,
/// each a step of its own.
[[nodiscard]] std::vector<RolloutStep> rollout_steps(const std::vector<std::string>& units,
                                                     const Manifest& manifest,
                                                     const std::set<std::string>& last = {});

/// Units whose bodies say X-Rollout=last (see k8s-node-component(5)): a newer
/// program changes their data, so everything else must have proved itself.
[[nodiscard]] std::set<std::string> units_to_roll_out_last(const Generation& generation);

} // namespace k8s_node
