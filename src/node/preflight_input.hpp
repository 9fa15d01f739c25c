// What a node spec asks of a machine, in the terms of the checks.
#pragma once

#include "apply/engine.hpp"
#include "host/preflight.hpp"
#include "node/options.hpp"

namespace k8s_node {

[[nodiscard]] host::PreflightInput preflight_input(const NodeOptions& options, const NodeSpec& spec,
                                                   const CheckedPlan& checked);

} // namespace k8s_node
