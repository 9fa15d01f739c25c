// Builds the engine's view of the machine, and refuses machines with errors.
#pragma once

#include <memory>

#include "engine/engine.hpp"
#include "host/run_lock.hpp"
#include "model/finding.hpp"
#include "node/desired.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

/// The purpose of a connection to systemd: queries are faster over one that does not survive a
/// restart of systemd.
enum class Services { looked_at, changed };

/// Returns a connection to systemd if it runs for this root, otherwise nullptr.
[[nodiscard]] std::unique_ptr<ServiceManager> open_services(const Root& root, Services purpose,
                                                            EventLoop& loop);

/// Makes the System for a node spec. `services`, which may be nullptr, and `loop` must outlive the
/// result; `verb`
/// is the command in the record of a generation.
[[nodiscard]] System make_system(const NodeOptions& options, const NodeSpec& spec,
                                 ServiceManager* services, EventLoop& loop,
                                 const Reporting& reporting, const std::string& verb);

/// Takes the lock for a command that changes the machine, which only root may. Waits for another
/// run, at most ten minutes. Removes unfinished files of killed runs.
[[nodiscard]] host::RunLock take_lock(const NodeOptions& options, const std::string& verb,
                                      EventSink& events);

/// Returns the reasons against carrying out a plan on this machine: all preflight checks and what
/// keeps pods from running (none under another root), and keys that cannot be used.
[[nodiscard]] Findings check_machine(const NodeOptions& options, const DesiredNode& node,
                                     const CheckedPlan& checked, const System& system);

/// True if we may not read some of an item's files, so that its state is unknown.
[[nodiscard]] bool is_hidden(const PkiItem& item, const Root& root);

/// Throws Error(unsuitable) if this user may not read the node's keys, because the plan is unknown
/// then.
void require_readable_keys(const System& system);

/// Reports warnings; throws errors as one Error(unsuitable) that begins with
/// `what`.
void refuse_errors(const Findings& findings, const std::string& what, EventSink& events);

} // namespace k8s_node
