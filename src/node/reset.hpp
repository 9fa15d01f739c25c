// Removing the node from the machine, so that it is as it was found.
#pragma once

#include "node/verbs.hpp"
#include "reset/reset_inventory.hpp"

namespace k8s_node {

struct ResetStep {
    std::string name;
    double seconds = 0;
};

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

/// Returns what reset would remove. Changes nothing and takes no lock. Throws Error(unsuitable) on
/// a machine where nothing was installed.
[[nodiscard]] std::vector<Leftover> inventory_of_node(const NodeOptions& options, const Keep& keep);

/// Stops and removes everything, then makes another inventory. If it is killed at any moment it is
/// simply repeated: what that needs is removed last, after everything else. What could not be
/// removed is in `left` and is no Error.
ResetResult reset(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                  const OnInventory& on_inventory);

struct RedeployResult {
    ResetResult reset;
    InstallResult install; ///< empty if the reset left something or was declined
};

/// Makes a reset that keeps the store, then installs the same profile, release and configuration.
/// Everything is fetched before anything is removed, and an interrupted run continues where it was.
RedeployResult redeploy(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                        const OnInventory& on_inventory, const OnPlan& on_plan);

} // namespace k8s_node
