// Objects in the cluster, and the wait for this node to be Ready.
#pragma once

#include <chrono>

#include "apply/system.hpp"

namespace k8s_node {

/// Whether the API server can be expected to answer at check time.
enum class ApiServer { up, not_yet };

[[nodiscard]] std::vector<Change> check_objects(const Generation& next, ApiServer api,
                                                const System& system);
void apply_objects(const std::vector<Change>& changes, const Generation& next, System& system);

/// What the plan does to the kubelet: one that starts must report before its
/// node counts as Ready.
enum class Kubelet { runs_on, starts };
[[nodiscard]] Kubelet kubelet_after(const std::vector<Change>& unit_changes);

/// A change while this node is not Ready or its kubelet is to report anew;
/// nothing on a node without kubelet.
[[nodiscard]] std::vector<Change> check_node(const Generation& next, Kubelet kubelet,
                                             const System& system);

/// Waits until the node is Ready, by a report of the kubelet that runs now.
/// Throws Error(not_ready) with its last words.
void apply_node(const Generation& next, System& system);

/// Waits until the node has been Ready without a break for `window`. A kubelet
/// that was just started may fall back for a moment: then it begins anew.
/// Throws Error(not_ready) when it does not come to that.
void hold_node(const Generation& next, std::chrono::milliseconds window, const System& system);

} // namespace k8s_node
