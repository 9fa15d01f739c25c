// The order of a rolling restart, in which each unit must prove that it works before the next one
// is touched. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/manifest.hpp"

namespace k8s_node {

/// The units of one step; they do not wait for each other.
using RolloutStep = std::vector<std::string>;

/// The order that only a change of the release requires, in addition to the start order at boot.
struct RolloutOrder {
    /// A newer program changes their data, so everything else must have proved to work.
    std::set<std::string> last{};
    /// Unit → units whose programs must not be older than its own.
    std::map<std::string, std::set<std::string>> after{};
};

/// Returns the order that the units of the manifest ask for.
[[nodiscard]] RolloutOrder rollout_order(const Manifest& manifest);

/// Returns `units` (those not in the manifest come last) so that each comes after those that it
/// is ordered after, also through units that are not in `units`; otherwise in the manifest's
/// order. Consecutive units that are not ordered among each other are one step. Units of `last`
/// come after all others of the manifest, each in its own step.
[[nodiscard]] std::vector<RolloutStep> rollout_steps(const std::vector<std::string>& units,
                                                     const Manifest& manifest,
                                                     const RolloutOrder& order = {});

/// Returns the units of the manifest that `unit` comes after, directly or through others.
[[nodiscard]] std::set<std::string> units_before(const std::string& unit, const Manifest& manifest);

} // namespace k8s_node
