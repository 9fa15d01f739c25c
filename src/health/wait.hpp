// Probes until success or until the deadline has passed.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "health/async_prober.hpp"
#include "loop/event_loop.hpp"
#include "support/error.hpp"

namespace k8s_node {

struct WaitStatus {
    std::string reason; ///< why the last attempt failed; empty after a success
    unsigned attempts = 0;
    std::chrono::milliseconds elapsed{0};
};

/// Called with the first reason and whenever the reason changes.
using WaitObserver = std::function<void(const WaitStatus&)>;

/// Returns the next pause: short at first, so that a service that is up after 30 ms is noticed
/// soon, then growing to a bound, which stays low for as long as a normal start takes.
[[nodiscard]] std::chrono::milliseconds next_pause(std::chrono::milliseconds pause,
                                                   std::chrono::milliseconds waited);

/// Returns the error of an endpoint that is not ready, with the last reason, the number of attempts
/// and the elapsed time.
[[nodiscard]] Error not_ready(const Probe& probe, const WaitStatus& status);

/// Probes on an event loop, with pauses, until success or until the deadline has passed; at least
/// once. Destroying it cancels that.
class ReadinessWait {
public:
    /// Called once, by the loop: without a reason after a success. It may destroy the wait.
    using End = std::function<void(const WaitStatus&)>;

    /// Both `loop` and `prober` must outlive it. Throws Error if a first attempt cannot be made;
    /// for a later one Error leaves the loop's run.
    ReadinessWait(EventLoop& loop, AsyncProber& prober, std::chrono::milliseconds deadline,
                  WaitObserver observer, End end);
    ReadinessWait(const ReadinessWait&) = delete;
    ReadinessWait& operator=(const ReadinessWait&) = delete;
    ReadinessWait(ReadinessWait&&) = delete;
    ReadinessWait& operator=(ReadinessWait&&) = delete;
    ~ReadinessWait() { prober_.cancel(); }

private:
    [[nodiscard]] std::chrono::milliseconds elapsed() const;
    void probe();
    void take(const Attempt& attempt);
    void finish();

    EventLoop& loop_;
    AsyncProber& prober_;
    std::chrono::milliseconds deadline_;
    WaitObserver observer_;
    End end_;
    EventLoop::Clock::time_point start_ = EventLoop::Clock::now();
    WaitStatus status_;
    std::chrono::milliseconds pause_{0};
    EventSource next_;
};

/// Waits in the prober's loop until the endpoint is ready; `probe` only names it. Throws
/// not_ready().
WaitStatus wait_until_ready(EventLoop& loop, AsyncProber& prober, const Probe& probe,
                            std::chrono::milliseconds deadline, const WaitObserver& observer);

} // namespace k8s_node
