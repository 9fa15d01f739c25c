// The fields of Kubernetes' own configuration files.
#pragma once

#include "model/tree.hpp"

namespace k8s_node {

/// Reports every key of a KubeletConfiguration or KubeProxyConfiguration that is not a field but
/// very similar to one. Any other tree passes.
void check_kubernetes_fields(const Tree& tree, Diagnostics& diagnostics);

/// True if a configuration of this kind has such a field, at any depth.
[[nodiscard]] bool is_kubernetes_field(const std::string& kind, const std::string& key);

} // namespace k8s_node
