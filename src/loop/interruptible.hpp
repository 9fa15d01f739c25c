// Waits of a run that a signal ends.
#pragma once

#include <functional>

#include "loop/event_loop.hpp"

namespace k8s_node {

/// Like EventLoop::run_until(), but throws Interrupted as soon as a signal asks this run to end:
/// the loop's side of InterruptWatch. A daemon takes its signals by EventLoop::on_signal().
bool run_interruptible(EventLoop& loop, const std::function<bool()>& is_done,
                       EventLoop::Clock::time_point deadline = EventLoop::Clock::time_point::max());

} // namespace k8s_node
