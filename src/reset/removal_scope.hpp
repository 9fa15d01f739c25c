// Where a reset has to look for the node.
#pragma once

#include "resources/removal.hpp"

namespace k8s_node {

/// Computes it from the ledger and from what is to be kept. Changes nothing.
[[nodiscard]] RemovalScope scope_of(const Ledger& ledger, const Keep& keep, const Root& root,
                                    const teardown::HostEffects& host);

} // namespace k8s_node
