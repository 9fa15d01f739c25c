// Whether pods run: the sandbox of one is started and removed, as the last
// thing before a change counts as done.
#pragma once

#include "apply/system.hpp"
#include "model/finding.hpp"
#include "model/reliance.hpp"

namespace k8s_node {

/// What a generation relies on; of one made by an older program nothing is known.
[[nodiscard]] Reliance reliance_of(const Generation& generation);

/// A change where anything else changes, and where no run has seen the current
/// generation working yet; nothing on a node that starts no pods.
[[nodiscard]] std::vector<Change>
check_pods(const Generation& next, const std::vector<Change>& others, const System& system);

/// What is wrong on this machine, outside of the node's files, of what pods
/// need. Looks only.
[[nodiscard]] Findings check_surroundings(const Generation& generation, const System& system);

/// Starts a sandbox and removes it. Throws Error(not_ready) with the cause and
/// what is wrong around it.
void apply_pods(const Generation& next, System& system);

} // namespace k8s_node
