// What must be in the store before a unit can start.
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/generation.hpp"

namespace k8s_node {

/// Unit → directories of store entries: those that it reads or runs, and those
/// of every unit that its start brings along (Wants=, Requires=) or that comes
/// before it. So a unit is never started ahead of what it comes after.
using StartNeeds = std::map<std::string, std::set<std::string>>;

[[nodiscard]] StartNeeds start_needs(const Generation& generation);

/// The directories that at least half of the units wait for.
[[nodiscard]] std::set<std::string> most_needed(const StartNeeds& needs);

} // namespace k8s_node
