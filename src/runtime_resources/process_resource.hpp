// Processes: those of pods and units by control group, and those that run from the store.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& process_kind();

} // namespace k8s_node
