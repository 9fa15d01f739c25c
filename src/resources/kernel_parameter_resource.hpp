// Kernel parameters: those of our sysctl.d(5) files, and those that components set while they run.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& kernel_parameter_kind();

} // namespace k8s_node
