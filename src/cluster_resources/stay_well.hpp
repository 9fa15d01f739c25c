// A changed node must stay up for a while before its generation is good.
#pragma once

#include "unit_resources/stability.hpp"

namespace k8s_node {

/// Ends a change: nothing that it started may have been restarted, also not between two watches. If
/// a node that had a good generation was changed, services and node are watched first. Throws like
/// watch_starts().
void stay_well(const Starts& starts, const Generation& next, System& system);

} // namespace k8s_node
