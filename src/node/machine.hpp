// Building the engine's view of the machine, and refusing an unfit one.
#pragma once

#include <memory>

#include "apply/system.hpp"
#include "node/desired.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

/// A connection to systemd if there is one for this root, else nullptr.
[[nodiscard]] std::unique_ptr<ServiceManager> open_services(const Root& root);

/// `services` may be nullptr and must outlive the result.
[[nodiscard]] System make_system(const NodeOptions& options, const NodeSpec& spec,
                                 ServiceManager* services, const Reporting& reporting);

/// Runs all preflight checks; warnings are reported, errors are thrown as one.
void refuse_unfit_machine(const NodeOptions& options, const DesiredNode& node,
                          const Generation& current, EventSink& events);

} // namespace k8s_node
