// Waiting until a node that was just booted, or whose last run was killed, has settled, before
// checking whether it can change its release: otherwise the checks report services and a node that
// are still starting.
#pragma once

#include "generations/system.hpp"

namespace k8s_node {

/// Waits until units that are starting have started or failed. If a run was killed while it rolled
/// back to `current`, which was good, and left services down, finishes that rollback. Returns true
/// if there was anything to do: earlier checks are outdated then. Failures are left for the next
/// checks to report.
bool wait_until_settled(const Generation& current, System& system);

} // namespace k8s_node
