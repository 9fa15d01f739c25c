// Trees as JSON and as YAML text, for Kubernetes configuration and objects.
#pragma once

#include "model/tree.hpp"

namespace k8s_node {

/// Compact JSON, keys in the order written; scalars typed as in YAML 1.2.
[[nodiscard]] std::string to_json(const Tree& tree);

/// Block-style YAML for people. Every text that YAML could take for something
/// else is quoted.
[[nodiscard]] std::string to_yaml(const Tree& tree);

} // namespace k8s_node
