// Participant and coordinator as services of systemd.
#pragma once

#include <functional>
#include <string>

#include "support/log.hpp"

namespace k8s_node::rollout {

using Log = std::function<void(Priority, const std::string&)>;

/// Runs a Participant until SIGTERM or SIGINT, and tells systemd when it is ready, what it waits
/// for and, with WatchdogSec=, that it lives. Throws Error(usage) without a node.
void run_participant(const std::string& kubeconfig, const std::string& node, const Log& log);

/// Runs a Coordinator in the same way. Throws Error for a kubeconfig that cannot be used.
void run_coordinator(const std::string& kubeconfig, const Log& log);

} // namespace k8s_node::rollout
