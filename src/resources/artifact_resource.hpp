// Artifacts: what of them is in the store and what must be fetched.
#pragma once

#include <set>

#include "generations/system.hpp"

namespace k8s_node {

struct ArtifactCheck {
    std::vector<Change> changes;
    std::set<std::string> replaced_paths; ///< existing files that will be replaced
};

[[nodiscard]] ArtifactCheck check_artifacts(const Desired& desired, const System& system);

/// Fetches everything that is missing, in parallel. Throws Error.
void apply_artifacts(const Desired& desired, const System& system, FetchObserver& observer);

} // namespace k8s_node
