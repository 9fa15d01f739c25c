// What an interrupted run still owes: kept on disk from before the switch of
// generations until it is done, so that a killed run does not forget it.
#pragma once

#include <set>
#include <string>

#include "plan/plan.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// The entry that stands for systemd's daemon-reload. The others are units to
/// be restarted, or stopped where they are wanted no more, and what activation_of
/// names.
inline constexpr const char* owed_reload = "daemon-reload";

[[nodiscard]] std::set<std::string> read_owed(const Root& root);

/// Replaces the record; an empty one is removed.
void write_owed(const Root& root, const std::set<std::string>& owed);

/// Adds what a plan is about to make necessary and no look at the machine could
/// tell after a kill: restarts of units with replaced inputs, stops of units
/// that are wanted no more, files not yet taken into use, and a reload. To be
/// called before the first of those changes.
void note_owed(const Plan& plan, const Root& root);

/// Adds these entries.
void note_owed(const std::set<std::string>& entries, const Root& root);

} // namespace k8s_node
