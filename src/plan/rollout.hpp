// In which order units are restarted when one after the other shall prove that
// it works before the next is touched. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/generation.hpp"

namespace k8s_node {

/// The units of one step; they do not wait for each other.
using RolloutStep = std::vector<std::string>;

/// What only a change of the release asks for, beside the order in which units
/// start at boot.
struct RolloutOrder {
    /// A newer program changes their data, so everything else must have proved
    /// itself.
    std::set<std::string> last{};
    /// Unit → units whose programs must not be older than its own.
    std::map<std::string, std::set<std::string>> after{};
};

/// By X-Rollout=last and X-RolloutAfter= in the bodies of units (see
/// k8s-node-component(5)).
[[nodiscard]] RolloutOrder rollout_order(const Generation& generation);

/// `units` (others than those of the manifest come last) so that each comes
/// after those that it is ordered after, also by way of units that are not in
/// `units`; else as in the manifest. Neighbours none of which comes after
/// another are one step. Those to come last come after all others of the
/// manifest, each a step of its own.
[[nodiscard]] std::vector<RolloutStep> rollout_steps(const std::vector<std::string>& units,
                                                     const Manifest& manifest,
                                                     const RolloutOrder& order = {});

/// The units of the manifest that `unit` comes after, directly or by way of
/// others.
[[nodiscard]] std::set<std::string> units_before(const std::string& unit, const Manifest& manifest);

} // namespace k8s_node
