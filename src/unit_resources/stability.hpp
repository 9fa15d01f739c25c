// Changed services must stay up for a while before their generation is good.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

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

/// Throws Error(not_ready) if one of the services was started again since, or is not active.
void require_same_starts(const Starts& starts, System& system);

} // namespace k8s_node
