// Control groups of pods.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& cgroup_kind();

} // namespace k8s_node
