// Shows what k8s-node-watch.service saw last.
#pragma once

#include <nlohmann/json.hpp>

#include "node/status.hpp"

namespace k8s_node::cli {

void print_probes(const NodeStatus& status);
[[nodiscard]] nlohmann::ordered_json probes_json(const NodeStatus& status);

} // namespace k8s_node::cli
