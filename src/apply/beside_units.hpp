// Waiting for something while the node's units are looked after.
#pragma once

#include <functional>
#include <stop_token>

#include "apply/system.hpp"

namespace k8s_node {

/// Runs `wait` in a thread of its own until it ends, or until a unit of the
/// generation fails for good or again and again: then `wait` is asked to stop
/// and UnitError is thrown, which says what `wait` could only have waited for.
/// Failures that it is waiting for the cure of (`excused`) do not count.
void wait_beside_units(const Generation& generation, System& system,
                       const std::function<void(const std::stop_token&)>& wait,
                       const std::function<bool()>& excused);

} // namespace k8s_node
