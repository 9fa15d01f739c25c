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

/// Probes in the prober's loop, with pauses, until the endpoint is ready or the deadline has
/// passed; at least once. `probe` only names it. Throws not_ready().
WaitStatus wait_until_ready(EventLoop& loop, AsyncProber& prober, const Probe& probe,
                            std::chrono::milliseconds deadline, const WaitObserver& observer);

} // namespace k8s_node
