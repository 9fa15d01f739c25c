// Keys, certificates and kubeconfigs.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "generations/system.hpp"
#include "model/finding.hpp"

namespace k8s_node {

class ResourceKind;

[[nodiscard]] const ResourceKind& pki_kind();

struct PkiCheck {
    std::vector<Change> changes;
    std::vector<std::string> notes;       ///< what is the operator's and stays as it is
    Findings findings;                    ///< what is broken and not ours to replace
    std::vector<PkiItem> items;           ///< those that are not usable, in the order of issue
    std::set<std::string> replaced_paths; ///< existing files that will be replaced
};

/// Checks all items. What is broken is both a finding and a change, so that a plan with it is never
/// empty.
[[nodiscard]] PkiCheck check_pki(const System& system);

/// Returns the change that issues an item, and why: "is missing", "needs renewal: …".
[[nodiscard]] Change issue_of(const PkiItem& item);

/// Issues `items`: authorities first, then the others in parallel. Throws Error if the check had
/// findings.
void apply_pki(const std::vector<PkiItem>& items, System& system);

} // namespace k8s_node
