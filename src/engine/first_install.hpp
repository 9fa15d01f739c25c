// The first installation of a node: services start while other artifacts are still being fetched.
#pragma once

#include "engine/engine.hpp"

namespace k8s_node {

/// True if services may start before everything is fetched: no generation is current, so there is
/// nothing to protect, and nothing that runs changes.
[[nodiscard]] bool can_start_early(const Plan& plan, const System& system);

/// Prepares keys, files and the generation during the fetch; then starts each unit as soon as the
/// store has what it, and the units it is ordered after, need. If the fetch fails, what was started
/// is stopped again and no generation is current, as before. The next run finishes what a killed
/// one left; a boot in between starts none of it (see decision.cpp of the generator).
void execute_first(const CheckedPlan& checked, const Desired& desired, System& system);

} // namespace k8s_node
