// Computations that keep a processor busy, in a thread, beside an event loop.
#pragma once

#include <exception>
#include <functional>
#include <stop_token>
#include <thread>

#include "loop/event_loop.hpp"
#include "support/handle.hpp"

namespace k8s_node {

/// Runs work in a thread of its own, whose end is an event of a loop: inflating, hashing, making
/// keys. The work must not use the loop, and ends soon once a stop is requested, by the destructor
/// or because the loop's run is to end: it asks between its pieces.
class Worker {
public:
    using Work = std::function<void(const std::stop_token&)>;

    /// Throws std::system_error if there is no thread. `loop` must outlive it.
    Worker(EventLoop& loop, Work work);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    Worker(Worker&&) = delete;
    Worker& operator=(Worker&&) = delete;
    /// Requests a stop and waits for the thread, which is not long.
    ~Worker() = default;

    /// Waits in the loop for the end of the work, unless it has_ended(), and throws what it threw.
    void finish();
    /// True once the loop has heard of the end.
    [[nodiscard]] bool has_ended() const noexcept { return !thread_.joinable(); }

private:
    EventLoop& loop_;
    UniqueFd end_; ///< an eventfd
    EventSource heard_;
    std::exception_ptr failure_;
    std::jthread thread_; ///< uses the members above
    std::stop_callback<std::function<void()>> ending_;
};

/// Lets a worker do it and waits for that in the loop, where others go on meanwhile.
void run_in_worker(EventLoop& loop, Worker::Work work);

} // namespace k8s_node
