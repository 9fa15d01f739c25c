// The watch as a service of systemd.
#pragma once

#include "liveness/node_watch.hpp"

namespace k8s_node::liveness {

/// Watches, each generation in its turn, until SIGTERM or SIGINT. Tells systemd when it is ready,
/// what it sees and, with WatchdogSec=, that it lives. Throws Error.
void run_service(const WatchOptions& options, EventSink& events);

} // namespace k8s_node::liveness
