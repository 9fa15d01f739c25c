// Waiting for a process to end without being deaf to signals, and how it ended.
#pragma once

#include <chrono>
#include <sys/types.h>

#include "support/handle.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

/// Returns a pidfd of a process, or an empty one if it has ended and, as a child, been reaped.
/// Throws Error if pidfd_open(2) fails otherwise.
[[nodiscard]] UniqueFd open_process(pid_t pid);

enum class ProcessWait { ended, timed_out, interrupted };

/// Waits until the process of a pidfd (pidfd_open(2)) ends, `end` has come or
/// `wake` can be read: by default, when a signal asks this run to end; -1 for
/// never. The process is neither killed nor reaped. Throws Error if poll(2) fails.
[[nodiscard]] ProcessWait wait_for_process(const UniqueFd& process,
                                           std::chrono::steady_clock::time_point end,
                                           int wake = interrupt_fd());

/// Waits for the child process of a pidfd to end, reaps it and returns its exit status, or 128 +
/// the number of the signal that ended it. Throws Error if it is no child of this process.
[[nodiscard]] int reap_process(int pidfd);

} // namespace k8s_node
