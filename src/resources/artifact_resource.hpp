// Artifacts: what of them is in the store and what must be fetched.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& artifact_kind();

/// Returns what must be fetched for a node.
[[nodiscard]] std::vector<Change> check_artifacts(const NodeSpec& spec, const System& system);

/// Fetches everything that is missing, in parallel. Throws Error.
void fetch_artifacts(const NodeSpec& spec, const System& system);

} // namespace k8s_node
