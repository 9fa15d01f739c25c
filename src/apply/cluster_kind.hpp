// Objects in the cluster, and the wait for this node to be Ready.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// Whether the API server can be expected to answer at check time.
enum class ApiServer { up, not_yet };

[[nodiscard]] std::vector<Change> check_objects(const Desired& desired, ApiServer api,
                                                const System& system);
void apply_objects(const std::vector<Change>& changes, const Desired& desired, System& system);

/// A change while this node is not Ready; nothing on a node without kubelet.
[[nodiscard]] std::vector<Change> check_node(const Desired& desired, ApiServer api,
                                             const System& system);
/// Waits until the node is Ready. Throws Error(not_ready) with its last words.
void apply_node(const Desired& desired, System& system);

} // namespace k8s_node
