// The records of this program: the ledger, pending work and what a redeploy has to remember.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Its remove() leaves the ledger, which lists what is removed with it: see finalize.hpp.
[[nodiscard]] const ResourceKind& state_kind();

} // namespace k8s_node
