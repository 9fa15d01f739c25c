// What happens when a generation does not become well.
#pragma once

#include "apply/system.hpp"
#include "support/error.hpp"

namespace k8s_node {

/// To be called when `why` ended a run after the switch. Marks the current
/// generation failed and makes the newest good one current again by the same
/// switch; throws an Error(not_ready) that names both and the cause. Where
/// there is no way back (a first install, a generation that was good before,
/// WayBack::stay), throws `why` as it is.
[[noreturn]] void roll_back_after_failure(const Error& why, System& system);

} // namespace k8s_node
