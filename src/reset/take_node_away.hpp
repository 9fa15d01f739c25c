// A whole reset of a machine, for a caller that holds the lock.
#pragma once

#include <functional>

#include "engine/take_away.hpp"

namespace k8s_node {

struct ResetResult {
    std::string node_name;
    bool declined = false;         ///< on_inventory returned false: nothing was done
    std::vector<Leftover> removed; ///< what was found at the start and is gone
    std::vector<Leftover> left;    ///< what a second inventory still found
    std::vector<std::string> problems;
    std::vector<ResetStep> steps;
};

/// Called with what will be removed, before anything is; returns false to end the run.
using OnInventory = std::function<bool(const std::vector<Leftover>&)>;

/// Stops and removes everything in the removal's scope, then makes another inventory. If it is
/// killed at any moment it is simply repeated. What could not be removed is in `left` and is no
/// Error. Throws Error(unsuitable) if a program is missing without which something would be left;
/// then nothing was changed.
ResetResult take_node_away(Removal& removal, const OnInventory& on_inventory);

} // namespace k8s_node
