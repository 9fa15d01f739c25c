// Shows the state of a node.
#pragma once

#include <nlohmann/json.hpp>

#include "node/status.hpp"

namespace k8s_node::cli {

/// Prints what fits a screen; with the last liveness probe of each service if asked to.
void print_status(const NodeStatus& status, bool with_probes);
[[nodiscard]] nlohmann::ordered_json status_json(const NodeStatus& status);

} // namespace k8s_node::cli
