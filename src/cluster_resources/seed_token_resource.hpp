// The token of a seed: in the cluster that this node begins, it lets the other machines in.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Takes effect after all objects, so that a machine with the token finds its permissions. Done
/// once: afterwards the token is the administrator's to delete.
[[nodiscard]] const ResourceKind& seed_token_kind();

} // namespace k8s_node
