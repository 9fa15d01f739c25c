// The question by which a unit counts as working, from the unit itself: a
// generation is all that a rollback knows.
#pragma once

#include <optional>
#include <string>

#include "model/generation.hpp"
#include "model/probe.hpp"

namespace k8s_node {

/// The probe that the unit's ExecStartPost= runs; nullopt where it runs none.
[[nodiscard]] std::optional<Probe> ready_probe(const Generation& generation,
                                               const std::string& unit);

} // namespace k8s_node
