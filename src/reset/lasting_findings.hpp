// Faults of keys that are still there after a reset, so that no redeploy mends them.
#pragma once

#include "resources/pki_resource.hpp"
#include "resources/removal.hpp"

namespace k8s_node {

/// Returns the findings about keys that a reset keeps: all of them if the identity is kept,
/// otherwise those with a part that is not ours.
[[nodiscard]] Findings findings_that_outlive_reset(const PkiCheck& check, const Ledger& ledger,
                                                   const Keep& keep);

} // namespace k8s_node
