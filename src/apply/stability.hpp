// A changed node must stay well for a while before its generation is good.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// Watches the units that the plan started, and the node, for
/// Run::stable_for, where a plan changes a node that had a good generation;
/// nothing on a first install. Throws Error(not_ready) that names the unit and
/// what happened, with its last journal lines.
void stay_well(const Plan& plan, const Generation& next, System& system);

/// Watches services for Run::stable_for and returns when nothing happened to
/// them; other units are passed over. Throws as stay_well().
void watch_units(const std::vector<std::string>& units, System& system);

} // namespace k8s_node
