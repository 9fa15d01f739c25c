// The first installation of a node: services start while other artifacts are
// still on their way.
#pragma once

#include "apply/engine.hpp"

namespace k8s_node {

/// Whether services may start before everything is fetched: no generation is
/// current, so there is nothing to protect, and nothing that runs changes.
[[nodiscard]] bool can_start_early(const Plan& plan, const System& system);

/// Keys, files and the generation at once, beside the fetch; then each unit as
/// soon as the store has what it, and what it comes after, needs. If the fetch
/// fails, what was started is stopped again and no generation is current, as
/// before. What a kill leaves is finished by the next run; a boot in between
/// starts nothing of it (see decision.cpp of the generator).
void execute_first(const CheckedPlan& checked, const Desired& desired, System& system);

} // namespace k8s_node
