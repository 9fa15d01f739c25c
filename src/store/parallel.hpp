// Runs several jobs beside each other; the first failure cancels the others.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "loop/event_loop.hpp"
#include "support/error.hpp"

namespace k8s_node {

/// Runs job(0..count-1) in the background of the loop, at most `parallel` at a time, and waits for
/// all. A job that throws cancels the others, and no more are begun. Returns the errors in order of
/// time; empty if all jobs succeeded. Throws Interrupted or Cancelled if that ended the jobs.
[[nodiscard]] std::vector<Error> run_parallel(EventLoop& loop, std::size_t count, unsigned parallel,
                                              const std::function<void(std::size_t)>& job);

} // namespace k8s_node
