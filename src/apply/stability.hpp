// A changed node must stay well for a while before its generation is good.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// Watches the units that the plan started, and the node, for
/// Run::stable_for, where a plan changes a node that had a good generation;
/// nothing on a first install. Throws Error(not_ready) that names the unit and
/// what happened, with its last journal lines.
void stay_well(const Plan& plan, const Generation& next, System& system);

} // namespace k8s_node
