// Artifacts: in the store or to be fetched.
#pragma once

#include <set>

#include "apply/system.hpp"

namespace k8s_node {

struct ArtifactCheck {
    std::vector<Change> changes;
    std::set<std::string> replaced_paths; ///< files that are there and will be replaced
};

[[nodiscard]] ArtifactCheck check_artifacts(const Desired& desired, const System& system);

/// Fetches everything that is missing, in parallel. Throws Error.
void apply_artifacts(const Desired& desired, const System& system, FetchObserver& observer);

} // namespace k8s_node
