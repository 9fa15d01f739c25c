// Building the engine's view of the machine, and refusing an unfit one.
#pragma once

#include <memory>

#include "apply/engine.hpp"
#include "host/run_lock.hpp"
#include "model/finding.hpp"
#include "node/desired.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

/// What a connection to systemd is for: questions are answered sooner by one
/// that does not outlast a restart of systemd.
enum class Services { looked_at, changed };

/// A connection to systemd if there is one for this root, else nullptr.
[[nodiscard]] std::unique_ptr<ServiceManager> open_services(const Root& root, Services purpose);

/// For what a node spec asks for. `services` may be nullptr and must outlive
/// the result; `verb` is what the record of a generation says of this run.
[[nodiscard]] System make_system(const NodeOptions& options, const NodeSpec& spec,
                                 ServiceManager* services, const Reporting& reporting,
                                 const std::string& verb);

/// Takes the lock for a verb that changes the machine; only root may. Waits
/// for another run, at most ten minutes. What dead runs left beside files that
/// they were writing is removed.
[[nodiscard]] host::RunLock take_lock(const NodeOptions& options, const std::string& verb,
                                      EventSink& events);

/// What speaks against carrying out a plan on this machine: all preflight
/// checks and what keeps pods from running (none under another root), and keys
/// that cannot be used.
[[nodiscard]] Findings check_machine(const NodeOptions& options, const DesiredNode& node,
                                     const CheckedPlan& checked, const System& system);

/// Whether we may not read some of an item's files, so that nothing can be said
/// about it.
[[nodiscard]] bool is_hidden(const PkiItem& item, const Root& root);

/// Throws Error(unsuitable) where the node's keys are hidden from who runs this:
/// what there is to do cannot be told then.
void require_sight_of_keys(const System& system);

/// Reports warnings; throws errors as one Error(unsuitable) that begins with
/// `what`.
void refuse_unfit(const Findings& findings, const std::string& what, EventSink& events);

} // namespace k8s_node
