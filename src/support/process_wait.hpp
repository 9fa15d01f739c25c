// Waiting for a child process to end without being deaf to signals.
#pragma once

#include <chrono>

#include "support/handle.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

enum class ProcessWait { ended, timed_out, interrupted };

/// Waits until the process of a pidfd (pidfd_open(2)) ends, `end` has come or
/// `wake` can be read: by default, when a signal asks this run to end; -1 for
/// never. The process is neither killed nor reaped. Throws Error if poll(2) fails.
[[nodiscard]] ProcessWait wait_for_process(const UniqueFd& process,
                                           std::chrono::steady_clock::time_point end,
                                           int wake = interrupt_fd());

} // namespace k8s_node
