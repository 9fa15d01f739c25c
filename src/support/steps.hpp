// What took how long in this run, noted where it happens.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/error.hpp"

namespace k8s_node {

using StepClock = std::chrono::steady_clock; ///< CLOCK_MONOTONIC, as systemd's times are

/// "download" of "kubernetes-server", "start" of "etcd.service".
struct StepTime {
    std::string phase;
    std::string object; ///< empty for a phase as a whole
    StepClock::time_point begin;
    StepClock::time_point end;
};

/// The first call decides: main() makes it. From any thread.
StepClock::time_point run_began() noexcept;

/// Safe from several threads; a step for which there is no memory is lost.
void note_step(std::string_view phase, std::string_view object, StepClock::time_point begin,
               StepClock::time_point end) noexcept;

/// All that have ended, in the order of their beginnings.
[[nodiscard]] std::vector<StepTime> noted_steps();

/// Notes the step that lasts as long as it lives, also where that ends by an
/// exception.
class StepTimer {
public:
    explicit StepTimer(std::string phase, std::string object = {})
        : phase_(std::move(phase)), object_(std::move(object)) {}
    StepTimer(const StepTimer&) = delete;
    StepTimer& operator=(const StepTimer&) = delete;
    StepTimer(StepTimer&&) = delete;
    StepTimer& operator=(StepTimer&&) = delete;
    ~StepTimer() { note_step(phase_, object_, begin_, StepClock::now()); }

private:
    std::string phase_;
    std::string object_;
    StepClock::time_point begin_ = StepClock::now();
};

/// with_phase(), and the phase is a step.
template <typename Body>
decltype(auto) timed_phase(std::string_view phase, Body&& body) {
    const StepTimer timer{std::string(phase)};
    return with_phase(phase, std::forward<Body>(body));
}

} // namespace k8s_node
