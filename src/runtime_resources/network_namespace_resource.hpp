// Network namespaces of pods in /run/netns.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& network_namespace_kind();

} // namespace k8s_node
