// The requirements of a node spec as input for the preflight checks.
#pragma once

#include "configuration/options.hpp"
#include "host/preflight.hpp"
#include "model/generation.hpp"
#include "model/node_spec.hpp"

namespace k8s_node {

/// The downloads of an install: programs need space in the store.
enum class Fetches { nothing, programs };

/// `current` is the generation that is installed, an empty one if there is none.
[[nodiscard]] host::PreflightInput preflight_input(const NodeOptions& options, const NodeSpec& spec,
                                                   const Generation& current, Fetches fetches);

} // namespace k8s_node
