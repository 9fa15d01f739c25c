// Pending work of an interrupted run: kept on disk from before the switch of generations until it
// is done, so that a killed run does not lose it.
#pragma once

#include <set>
#include <string>

#include "plan/plan.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// The entry for systemd's daemon-reload. The others are units to be restarted, or stopped if no
/// component has them any more, and the names that trigger_of() returns.
inline constexpr const char* pending_reload = "daemon-reload";

[[nodiscard]] std::set<std::string> read_pending(const Root& root);

/// Replaces the record; removes it if there is nothing pending.
void write_pending(const Root& root, const std::set<std::string>& pending);

/// Adds the work that a plan makes necessary and that checks after a kill could not find: restarts
/// of units with replaced inputs, stops of units that are no longer wanted, triggers of files, and
/// a reload. Call it before the first of those changes.
void note_pending(const Plan& plan, const Root& root);

/// Adds these entries.
void note_pending(const std::set<std::string>& entries, const Root& root);

} // namespace k8s_node
