// A changed node must stay well for a while before its generation is good.
#pragma once

#include <map>

#include "apply/system.hpp"

namespace k8s_node {

/// Which start of each service a run has brought about: its invocation. A
/// service that is started again by systemd, or by somebody, has another one.
using Starts = std::map<std::string, std::string>;

/// The starts that services have now; other units are passed over.
[[nodiscard]] Starts starts_of(const std::vector<std::string>& units, System& system);

/// Watches services for `window`; in the end the starts must be the same and
/// the services still ready, by the probes in their units. Nothing where the
/// window is empty. One that was ready a moment ago may take
/// `patience` for its answer. Throws Error(not_ready) that names the unit
/// and what happened, with its last journal lines.
void watch_starts(const Starts& starts, const Generation& next, std::chrono::milliseconds window,
                  System& system, std::chrono::milliseconds patience = std::chrono::seconds(10));

/// How long a step of a rollout is watched before the next one: a program that
/// cannot run here ends at once, and the watch over all of it is still to come.
[[nodiscard]] std::chrono::milliseconds step_window(const Run& run);

/// The end of a change: nothing that it started may have been started again,
/// also not between two watches. Where a node that had a good generation was
/// changed, services and node are watched first. Throws as watch_starts().
void stay_well(const Starts& starts, const Generation& next, System& system);

} // namespace k8s_node
