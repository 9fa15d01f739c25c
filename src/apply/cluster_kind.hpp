// Objects in the cluster, and the wait for this node to be Ready.
#pragma once

#include <chrono>
#include <stop_token>

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

/// A change while this node is not Ready or its kubelet is to report anew, and
/// one while it takes no pods because a run of ours was killed while it drained
/// it; nothing on a node without kubelet. A kubelet that starts is not asked for.
[[nodiscard]] std::vector<Change> check_node(const Generation& next, Kubelet kubelet,
                                             const System& system);

/// Whether the node is among what is not as it should be, for not being Ready.
[[nodiscard]] bool waits_for_node(const std::vector<Change>& changes);

/// Waits until the node is Ready, by a report of the kubelet that runs now.
/// Throws Error(not_ready) with its last words.
void apply_node(const Generation& next, System& system);

/// Waits until the node has been Ready without a break for `window`. A kubelet
/// that was just started may fall back for a moment: then it begins anew.
/// Throws Error(not_ready) when it does not come to that; returns soon once
/// `stop` is requested.
void hold_node(const Generation& next, std::chrono::milliseconds window, const System& system,
               std::stop_token stop);

/// Lets the node take pods again if a run of ours forbade it, be it that a
/// signal ends the run. Nothing on a node without kubelet.
void take_pods_again(const Generation& generation, const System& system);

/// The same where something else is to be told: what is in the way is reported.
void end_drain(const Generation& generation, const System& system) noexcept;

} // namespace k8s_node
