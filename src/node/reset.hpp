// Removing the node from the machine, so that it is as it was found.
#pragma once

#include "node/verbs.hpp"
#include "reset/take_node_away.hpp"

namespace k8s_node {

/// Returns what reset would remove. Changes nothing and takes no lock. Throws Error(unsuitable) on
/// a machine where nothing was installed.
[[nodiscard]] std::vector<Leftover> inventory_of_node(const NodeOptions& options, const Keep& keep);

/// Like take_node_away(), for everything that the ledger of this machine lists. Takes the lock. If
/// it is killed at any moment it is simply repeated: what that needs is removed last.
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
