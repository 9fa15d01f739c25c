// What happens when a generation does not become well.
#pragma once

#include <optional>

#include "apply/system.hpp"
#include "support/error.hpp"

namespace k8s_node {

/// To be called when `why` ended a run after the switch. Marks the current
/// generation failed and makes a good one current again by the same switch: the
/// one that was current before it or, where that cannot be used, the newest
/// good one that can. Throws an Error(not_ready) that names both and the cause.
/// A generation that was good once stays so; from it the way leads only to the
/// one that this run switched from (`left`; nullopt without a switch). Where
/// there is no way back (a first install, WayBack::stay), throws `why`, with
/// the reasons that speak against the generations there are.
[[noreturn]] void roll_back_after_failure(const Error& why, std::optional<int> left,
                                          System& system);

} // namespace k8s_node
