// The Node object: its labels and pod network, and the wait for it to be Ready.
#pragma once

#include <chrono>

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Its remove() leaves the cluster. The end of its apply(), which takes pods again, is that of the
/// whole switch: see take_pods_again().
[[nodiscard]] const ResourceKind& node_kind();

/// The plan's effect on the kubelet. One that starts must report before its node counts as Ready.
enum class Kubelet { runs_on, starts };
[[nodiscard]] Kubelet kubelet_after(const std::vector<Change>& unit_changes,
                                    const Provided& provided);

/// Returns a change if this node is not Ready or its kubelet must report anew, and one if it is
/// cordoned because a run of ours was killed while it drained it; nothing on a node without
/// kubelet. Sends no request if the kubelet starts.
[[nodiscard]] std::vector<Change> check_node(const Generation& next, Kubelet kubelet,
                                             const System& system);

/// Writes the labels and the pod network of the node into its Node object, and
/// removes labels that this program once set and the node has no more.
void update_node(const Generation& next, const System& system);

/// True if the changes include a wait for the node, because it is not Ready.
[[nodiscard]] bool waits_for_node(const std::vector<Change>& changes);

/// Waits until the node is Ready, by a report of the kubelet that runs now. Throws Error(not_ready)
/// with the last state.
void apply_node(const Generation& next, System& system);

/// Waits until the node has been Ready without interruption for `window`. A kubelet that was just
/// started may become unready for a moment: then the window begins anew. Throws Error(not_ready) if
/// that does not happen in time.
void hold_node(const Generation& next, std::chrono::milliseconds window, const System& system);

/// Uncordons the node if a run of ours cordoned it, even while a signal ends the run. Does nothing
/// on a node without kubelet.
void take_pods_again(const Generation& generation, const System& system);

/// Like take_pods_again(), but reports errors instead of throwing them, for callers that have
/// another error to throw.
void end_drain(const Generation& generation, const System& system) noexcept;

} // namespace k8s_node
