// Artifacts: in the store or to be fetched.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

[[nodiscard]] std::vector<Change> check_artifacts(const Desired& desired, const System& system);

/// Fetches everything that is missing, in parallel. Throws Error.
void apply_artifacts(const Desired& desired, System& system);

} // namespace k8s_node
