// Node spec → generation: pure, and the same bytes for the same spec.
#pragma once

#include "model/generation.hpp"
#include "model/node_spec.hpp"

namespace k8s_node {

/// `program` is this program's absolute path on the node.
[[nodiscard]] Generation render(const NodeSpec& spec, const std::string& program);

} // namespace k8s_node
