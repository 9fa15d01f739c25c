// The steps of a reset, each safe to repeat.
#pragma once

#include "reset/reset_inventory.hpp"
#include "support/log.hpp"

namespace k8s_node {

struct ResetSteps {
    ResetScope scope;
    ServiceManager* services; ///< nullptr if systemd is not running
    EventSink& events;
};

/// Stops the units that would start pods, or the whole node, again.
void stop_kubelet(ResetSteps& reset_steps);
/// Terminates the processes of pods, and kills those that do not end.
void end_pods(ResetSteps& reset_steps);
/// Stops all units in the reverse of their order.
void stop_units(ResetSteps& reset_steps);
/// Ends what units left running, shims among them, and the cgroups of pods.
void end_processes(ResetSteps& reset_steps);
void remove_interfaces(ResetSteps& reset_steps);
void remove_firewall(ResetSteps& reset_steps);
/// Throws Error, naming each mount and its users, if one cannot be unmounted: nothing may be
/// deleted then.
void unmount(ResetSteps& reset_steps);
void remove_paths(ResetSteps& reset_steps);
/// Removes our files and restores their backups.
void remove_files(ResetSteps& reset_steps);
/// Removes the directories that came with the node, deepest first. A non-empty one stays; any other
/// failure is an Error, because the ledger must not forget the directory.
void remove_empty_directories(const ResetSteps& reset_steps);
void remove_users(ResetSteps& reset_steps);
void restore_sysctls(ResetSteps& reset_steps);
/// Makes logind reload, so that it forgets our settings.
void restore_logind(ResetSteps& reset_steps);
/// Starts foreign units again that ran under our names before us.
void restart_others(ResetSteps& reset_steps);

/// Returns what a later reset still has to know about what this one keeps.
[[nodiscard]] Ledger remaining_ledger(const ResetScope& scope);

/// Removes generations, units, store and the ledger itself, after everything else.
void remove_end(ResetSteps& reset_steps);

} // namespace k8s_node
