// Asking until the answer is yes or the deadline has passed.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "health/prober.hpp"

namespace k8s_node {

struct WaitStatus {
    std::string reason; ///< why the last attempt was a no; empty after a yes
    unsigned attempts = 0;
    std::chrono::milliseconds elapsed{0};
};

/// Told about the first reason and about every other one that follows it.
using WaitObserver = std::function<void(const WaitStatus&)>;

/// The pause after the one given: short at first, so that a service that is
/// up after 30 ms is not waited for longer, then growing to a bound, which is
/// low as long as a start that is well may last.
[[nodiscard]] std::chrono::milliseconds next_pause(std::chrono::milliseconds pause,
                                                   std::chrono::milliseconds waited);

/// Asks at least once. Throws Error(not_ready) with the last reason, the
/// number of attempts and the time that passed.
WaitStatus wait_until_ready(const Probe& probe, std::chrono::milliseconds deadline,
                            const WaitObserver& observer);

/// The same with a prober that exists already; `probe` only names it.
WaitStatus wait_until_ready(Prober& prober, const Probe& probe, std::chrono::milliseconds deadline,
                            const WaitObserver& observer);

} // namespace k8s_node
