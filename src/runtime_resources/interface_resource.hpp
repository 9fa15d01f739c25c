// Network interfaces, with the veth ports of the bridges among them.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& interface_kind();

} // namespace k8s_node
