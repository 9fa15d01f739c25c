// The requirements of a node spec as input for the preflight checks.
#pragma once

#include "configuration/options.hpp"
#include "engine/engine.hpp"
#include "host/preflight.hpp"

namespace k8s_node {

[[nodiscard]] host::PreflightInput preflight_input(const NodeOptions& options, const NodeSpec& spec,
                                                   const CheckedPlan& checked);

} // namespace k8s_node
