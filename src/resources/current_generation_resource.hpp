// The generation that is current, as a kind of resource: see generations/generation_resource.hpp.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Its apply() writes the generation if it is new, makes it current, and has systemd reload.
[[nodiscard]] const ResourceKind& generation_kind();

} // namespace k8s_node
