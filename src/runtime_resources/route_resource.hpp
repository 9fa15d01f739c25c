// Routes to the pods of other nodes.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& route_kind();

} // namespace k8s_node
