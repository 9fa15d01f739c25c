// The end of a reset: what another attempt would need goes, and the ledger last of all.
#pragma once

#include "resources/removal.hpp"

namespace k8s_node {

/// Returns what a later reset still has to know about what this one keeps.
[[nodiscard]] Ledger remaining_ledger(const RemovalScope& scope, const Root& root);

/// Removes generations, units, store and the ledger itself, after everything else. Throws
/// Error(residue), and keeps the ledger, if something was created again meanwhile.
void remove_end(Removal& removal);

} // namespace k8s_node
