// Keys, certificates and kubeconfigs.
#pragma once

#include <set>

#include "apply/system.hpp"

namespace k8s_node {

struct PkiCheck {
    std::vector<Change> changes;
    std::vector<PkiItem> items;           ///< those that are not settled, in order of issue
    std::set<std::string> replaced_paths; ///< files that exist and will be replaced
};

/// Throws Error if something is broken that is not ours to replace.
[[nodiscard]] PkiCheck check_pki(const System& system);

/// Issues `items` in their order.
void apply_pki(const std::vector<PkiItem>& items, System& system);

} // namespace k8s_node
