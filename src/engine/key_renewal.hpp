// Renewing certificates and kubeconfigs under the generation that runs, without anything else that
// an install would change.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "engine/engine.hpp"

namespace k8s_node {

/// Returns the plan that issues those items of `names` that are due and restarts what reads them;
/// its generation is the current one, which must be that of `desired`. `replaced` are other files
/// that were replaced: what reads them restarts too, and objects that hold certificates of them are
/// applied. Units that are down for other reasons are left alone. Also empty if nothing is due and
/// no killed run left a restart.
[[nodiscard]] CheckedPlan check_renewal(const Desired& desired, const std::set<std::string>& names,
                                        const System& system,
                                        const std::set<std::string>& replaced = {});

/// Carries it out: certificates first, then the units one after another, each of which must work
/// before the next is touched. A run that was killed is repeated. Returns and throws like
/// execute().
std::optional<Outage> execute_renewal(const CheckedPlan& checked, System& system);

} // namespace k8s_node
