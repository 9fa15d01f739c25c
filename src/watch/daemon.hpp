// The life of a service of this program under systemd.
#pragma once

#include <functional>
#include <memory>

#include "loop/event_loop.hpp"

namespace k8s_node::watch {

/// Runs what `start` begins in the loop until SIGTERM or SIGINT, then tells systemd that it stops.
/// With WatchdogSec= systemd hears that the loop runs. What `start` returns lives that long. Throws
/// what `start` and callbacks throw.
void run_daemon(const std::function<std::shared_ptr<void>(EventLoop&)>& start);

} // namespace k8s_node::watch
