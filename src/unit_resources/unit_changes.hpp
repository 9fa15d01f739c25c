// The changes of units: which of them start, stop or restart because their inputs change, and how.
#pragma once

#include <set>

#include "unit_resources/stability.hpp"

namespace k8s_node {

/// Returns stops, starts and restarts. Without systemd every unit counts as stopped.
[[nodiscard]] std::vector<Change> check_units(const Generation& next, const Generation& current,
                                              const std::set<std::string>& replaced_paths,
                                              const System& system);

/// Waits until the units of `current` that are starting, as after a boot, have started or failed,
/// at most as long as for any job (JobOptions). Returns true if there were any. systemd must be
/// running.
bool await_starting_units(const Generation& current, System& system);

/// Carries out stops first, then all starts and restarts at once, so that systemd runs in parallel
/// what its ordering allows. Throws UnitError with the last journal lines of the unit that failed.
/// Returns what it started.
Starts apply_units(const std::vector<Change>& changes, const Generation& next, System& system);

/// Like apply_units(), but one step after another (see rollout_steps()); all that was started so
/// far must stay up for step_window() before the next one is touched. The last step is not watched
/// here. Throws UnitError or Error(not_ready). Returns what it started.
Starts roll_out_units(const std::vector<Change>& changes, const Generation& next, System& system);

} // namespace k8s_node
