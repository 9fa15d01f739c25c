// Which fields Kubernetes' own configuration files have.
#pragma once

#include "model/tree.hpp"

namespace k8s_node {

/// Reports every key of a KubeletConfiguration or KubeProxyConfiguration that
/// is nearly the name of a field and is none. Any other tree passes.
void check_kubernetes_fields(const Tree& tree, Diagnostics& diagnostics);

/// Whether a configuration of this kind has such a field, at any depth.
[[nodiscard]] bool is_kubernetes_field(const std::string& kind, const std::string& key);

} // namespace k8s_node
