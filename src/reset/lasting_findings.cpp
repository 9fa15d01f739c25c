#include "reset/lasting_findings.hpp"

#include <algorithm>

namespace k8s_node {

Findings findings_that_outlive_reset(const PkiCheck& check, const Ledger& ledger,
                                     const Keep& keep) {
    Findings lasting;
    auto finding = check.findings.begin(); // one for each broken item, in the same order
    for (const auto& item : check.items) {
        if (item.state != PkiState::broken) {
            continue;
        }
        const bool theirs = std::ranges::any_of(
            item.paths, [&](const auto& path) { return !ledger.keys.contains(path.string()); });
        if (theirs || keep.identity || keep.data) { // keeping data keeps the identity too
            lasting.push_back(*finding);
        }
        ++finding;
    }
    return lasting;
}

} // namespace k8s_node
