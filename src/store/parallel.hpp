// Runs several jobs at once; the first failure stops the others.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

#include "support/error.hpp"

namespace k8s_node {

/// Runs job(0..count-1), at most `parallel` at a time, and waits for all. A job that throws stops
/// the others, and no more are started; jobs respond to a stop by throwing Cancelled. Returns the
/// errors in order of time; empty if all jobs succeeded or `stop` came from outside.
[[nodiscard]] std::vector<Error>
run_parallel(std::size_t count, unsigned parallel, const std::stop_token& stop,
             const std::function<void(std::size_t, std::stop_token)>& job);

} // namespace k8s_node
