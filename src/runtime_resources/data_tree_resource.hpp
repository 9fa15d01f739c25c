// Files and directory trees that running the node creates: logs, caches, the database.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& data_tree_kind();

} // namespace k8s_node
