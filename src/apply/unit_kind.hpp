// Units: which run, which must be restarted because their inputs change.
#pragma once

#include <set>

#include "apply/system.hpp"

namespace k8s_node {

/// Stops, starts and restarts. Without systemd every unit counts as stopped.
[[nodiscard]] std::vector<Change> check_units(const Generation& next, const Generation& current,
                                              const std::set<std::string>& replaced_paths,
                                              const System& system);

/// Carries out stops first, then all starts and restarts at once, so that
/// systemd runs in parallel what its ordering allows. Throws UnitError with
/// the culprit's last journal lines.
void apply_units(const std::vector<Change>& changes, System& system);

} // namespace k8s_node
