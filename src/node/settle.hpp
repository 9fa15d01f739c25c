// A node that has just been booted, or whose last run was killed, is brought to
// rest before it is asked whether it can go to another release: it would tell
// of services and a node that are still starting.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// Waits until what is starting has come to an end of it, whichever. Where a
/// run was killed on its way back to `current`, which was good, and left
/// services down, the way is gone to its end. Whether there was anything to
/// do: what was seen before is old then. What fails is for those to tell who
/// look next.
bool settle(const Generation& current, System& system);

} // namespace k8s_node
