// Waiting for something while the node's units are watched.
#pragma once

#include <functional>

#include "generations/system.hpp"

namespace k8s_node {

/// Runs `wait` until it ends, or until a unit of the generation fails for good or repeatedly: then
/// `wait` is cancelled and UnitError is thrown, since it is the cause of what `wait` would only see
/// as a timeout. Failures do not count while `excused` returns true, because `wait` waits for their
/// cause to go away.
void wait_beside_units(const Generation& generation, System& system,
                       const std::function<void()>& wait, const std::function<bool()>& excused);

} // namespace k8s_node
