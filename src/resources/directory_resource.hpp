// Directories: those that services which do not run as root must pass to reach their files, and
// those that came with the node.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& directory_kind();

} // namespace k8s_node
