// Triggers: making systemd apply a configuration file of its own at once.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Its differ() puts the triggers of the kinds before it in order, and adds those that a killed run
/// left pending.
[[nodiscard]] const ResourceKind& trigger_kind();

inline constexpr const char* logind_unit = "systemd-logind.service";
inline constexpr const char* sysctl_unit = "systemd-sysctl.service";

/// Returns what applies `path`, or nullopt: the name of a program (systemd-sysusers) or of a unit
/// to restart (systemd-sysctl.service).
[[nodiscard]] std::optional<std::string> trigger_of(const std::string& path);

/// True for the names that trigger_of() returns.
[[nodiscard]] bool is_trigger(const std::string& what);

/// Returns the files of a generation that this trigger applies.
[[nodiscard]] std::vector<std::string> files_of_trigger(const std::string& what,
                                                        const Generation& generation);

/// Moves triggers after all files and removes duplicates. Users come before the files that may
/// belong to them.
[[nodiscard]] std::vector<Change> triggers_last(std::vector<Change> changes);

/// True if the trigger can run here: never under another root, and units only with systemd. What a
/// boot from these files applies is no change.
[[nodiscard]] bool can_trigger(const std::string& what, const System& system);

/// Runs the trigger for these files if it can run here. Throws Error with the output of the
/// program.
void trigger(const std::string& what, const std::vector<std::string>& files, System& system);

} // namespace k8s_node
