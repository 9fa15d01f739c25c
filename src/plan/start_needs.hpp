// The store entries that a unit needs before it can start.
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/manifest.hpp"

namespace k8s_node {

/// Unit → directories of store entries: those that it reads or runs, and those of every unit that
/// its start pulls in (Wants=, Requires=) or that comes before it. So a unit is never started
/// before the units that it comes after.
using StartNeeds = std::map<std::string, std::set<std::string>>;

[[nodiscard]] StartNeeds start_needs(const Manifest& manifest);

/// Returns the directories that at least half of the units wait for.
[[nodiscard]] std::set<std::string> most_needed(const StartNeeds& needs);

} // namespace k8s_node
