// The test that pods can start: a pod sandbox is started and removed before a change counts as
// done.
#pragma once

#include "model/finding.hpp"
#include "model/reliance.hpp"
#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& pods_kind();

/// Returns what a generation relies on; nothing is known for one made by an older program.
[[nodiscard]] Reliance reliance_of(const Generation& generation);

/// Returns a change if anything else changes, and if no run has seen the current generation working
/// yet; nothing on a node that starts no pods.
[[nodiscard]] std::vector<Change>
check_pods(const Generation& next, const std::vector<Change>& others, const System& system);

/// Returns problems of this machine, outside of the node's files, with what pods need. Changes
/// nothing.
[[nodiscard]] Findings check_surroundings(const Generation& generation, const System& system);

/// Starts a sandbox and removes it. Throws Error(not_ready) with the cause and the problems that
/// check_surroundings() finds.
void apply_pods(const Generation& next, System& system);

} // namespace k8s_node
