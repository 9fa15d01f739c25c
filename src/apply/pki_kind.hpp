// Keys, certificates and kubeconfigs.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "apply/system.hpp"
#include "model/finding.hpp"

namespace k8s_node {

struct PkiCheck {
    std::vector<Change> changes;
    std::vector<std::string> notes;       ///< what is the operator's and is left as it is
    Findings findings;                    ///< what is broken and not ours to replace
    std::vector<PkiItem> items;           ///< those that are not settled, in order of issue
    std::set<std::string> replaced_paths; ///< files that exist and will be replaced
};

/// Looks at everything; what is broken is a finding, and a change, so that a
/// plan with it is never empty.
[[nodiscard]] PkiCheck check_pki(const System& system);

/// Issues `items`, authorities first, then the others at once. Throws Error
/// where the check had findings.
void apply_pki(const std::vector<PkiItem>& items, System& system);

} // namespace k8s_node
