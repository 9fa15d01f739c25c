// Automatic rollback, when a generation does not become ready.
#pragma once

#include <optional>

#include "generations/system.hpp"
#include "support/error.hpp"

namespace k8s_node {

/// Call it when `why` ended a run after the switch. Marks the current generation failed and makes a
/// good one current again by the same switch: the one that was current before it or, if that cannot
/// be used, the newest good one that can. Throws an Error(not_ready) that names both and the cause.
/// A generation that was ever good stays good; from it only the one that this run switched from is
/// rolled back to (`left`; nullopt without a switch). If there is none (a first install) or
/// automatic rollback is disabled, throws `why`, with the reasons against the generations there
/// are.
[[noreturn]] void roll_back_after_failure(const Error& why, std::optional<int> left,
                                          System& system);

} // namespace k8s_node
