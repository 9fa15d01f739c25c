// A changed node must stay up for a while before its generation is good.
#pragma once

#include <map>

#include "generations/system.hpp"

namespace k8s_node {

/// The start of each service that a run caused, by its invocation ID. A service that was started
/// again by systemd, or by somebody, has another one.
using Starts = std::map<std::string, std::string>;

/// Returns the present starts of services; other units are skipped.
[[nodiscard]] Starts starts_of(const std::vector<std::string>& units, System& system);

/// Watches services for `window`; at the end the starts must be the same and the services still
/// ready, by the probes in their units. Does nothing if the window is empty. A service that was
/// ready a moment ago may take `patience` for its answer. Throws Error(not_ready) with the unit,
/// what happened and its last journal lines.
void watch_starts(const Starts& starts, const Generation& next, std::chrono::milliseconds window,
                  System& system, std::chrono::milliseconds patience = std::chrono::seconds(10));

/// Returns how long a step of a rollout is watched before the next one: a program that cannot run
/// here ends at once, and all of it is watched again at the end.
[[nodiscard]] std::chrono::milliseconds step_window(const Run& run);

/// Ends a change: nothing that it started may have been restarted, also not between two watches. If
/// a node that had a good generation was changed, services and node are watched first. Throws like
/// watch_starts().
void stay_well(const Starts& starts, const Generation& next, System& system);

} // namespace k8s_node
