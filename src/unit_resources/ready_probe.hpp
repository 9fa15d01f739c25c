// The readiness probe of a unit, read from the unit itself: a rollback has nothing but the
// generation.
#pragma once

#include <optional>
#include <string>

#include "model/generation.hpp"
#include "model/probe.hpp"

namespace k8s_node {

/// Returns the probe in the unit's ExecStartPost=, nullopt if there is none.
[[nodiscard]] std::optional<Probe> ready_probe(const Generation& generation,
                                               const std::string& unit);

} // namespace k8s_node
