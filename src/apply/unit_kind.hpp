// Units: which run, which must be restarted because their inputs change.
#pragma once

#include <set>

#include "apply/stability.hpp"

namespace k8s_node {

/// Stops, starts and restarts. Without systemd every unit counts as stopped.
[[nodiscard]] std::vector<Change> check_units(const Generation& next, const Generation& current,
                                              const std::set<std::string>& replaced_paths,
                                              const System& system);

/// Waits until the units of `current` that are starting, as after a boot, have
/// got to an end of it, whichever; at most as long as any job (JobOptions).
/// Whether there were any. There must be systemd.
bool await_starting_units(const Generation& current, System& system);

/// Carries out stops first, then all starts and restarts at once, so that
/// systemd runs in parallel what its ordering allows. Throws UnitError with
/// the culprit's last journal lines. Returns what it started.
Starts apply_units(const std::vector<Change>& changes, const Generation& next, System& system);

/// The same one step after another (see rollout_steps()); all that was
/// started so far must stay well for step_window() before the next one is
/// touched. After the last nobody watches here. Throws UnitError or Error(not_ready). Returns
/// what it started.
Starts roll_out_units(const std::vector<Change>& changes, const Generation& next, System& system);

} // namespace k8s_node
