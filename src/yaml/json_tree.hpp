// Trees as JSON and as YAML text, for Kubernetes configuration and objects.
#pragma once

#include "model/tree.hpp"

namespace k8s_node {

/// Returns compact JSON, keys in the order written; scalars are typed as in YAML 1.2.
[[nodiscard]] std::string to_json(const Tree& tree);

/// Returns block-style YAML for people. Quotes every string that YAML could read as something
/// else.
[[nodiscard]] std::string to_yaml(const Tree& tree);

} // namespace k8s_node
