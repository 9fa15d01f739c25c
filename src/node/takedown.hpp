// The steps of a reset, each safe to repeat.
#pragma once

#include "node/survey.hpp"
#include "support/log.hpp"

namespace k8s_node {

struct Takedown {
    ResetScope scope;
    ServiceManager* services; ///< nullptr where no systemd runs
    EventSink& events;
};

/// Stops the units that would start pods, or the whole node, again.
void stop_kubelet(Takedown& takedown);
/// Asks the processes of pods to end, and kills what does not.
void end_pods(Takedown& takedown);
/// Stops all units in the reverse of their order.
void stop_units(Takedown& takedown);
/// What units have left running, shims among them, and groups of pods.
void end_processes(Takedown& takedown);
void remove_interfaces(Takedown& takedown);
void remove_firewall(Takedown& takedown);
/// Throws Error, naming each mount and who holds it, when one does not go:
/// nothing may be deleted then.
void unmount(Takedown& takedown);
void remove_paths(Takedown& takedown);
/// Puts back what was there before our files.
void remove_files(Takedown& takedown);
/// The directories that came with the node, deepest first. One with something in
/// it stays; what cannot go for another reason is an Error, for the ledger must
/// not forget it.
void remove_empty_directories(const Takedown& takedown);
void remove_users(Takedown& takedown);
void restore_sysctls(Takedown& takedown);
/// Has logind forget what our file told it.
void restore_logind(Takedown& takedown);
/// Starts the units of others again that ran under our names before us.
void restart_others(Takedown& takedown);

/// What a later reset still has to know about what this one keeps.
[[nodiscard]] Ledger remaining_ledger(const ResetScope& scope);

/// Generations, units, store and the ledger itself: when all else has gone.
void remove_end(Takedown& takedown);

} // namespace k8s_node
