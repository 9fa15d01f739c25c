// What an interrupted run still owes: kept on disk from before the switch of
// generations until it is done, so that a killed run does not forget it.
#pragma once

#include <set>
#include <string>

#include "support/files.hpp"

namespace k8s_node {

/// The entry that stands for systemd's daemon-reload; all others are units to
/// be restarted.
inline constexpr const char* owed_reload = "daemon-reload";

[[nodiscard]] std::set<std::string> read_owed(const Root& root);

/// Replaces the record; an empty one is removed.
void write_owed(const Root& root, const std::set<std::string>& owed);

} // namespace k8s_node
