// Mounts below the node's directories, and of its network namespaces.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& mount_kind();

} // namespace k8s_node
