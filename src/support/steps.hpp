// The steps of this run and how long each took, recorded where they happen.
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

/// Returns the start of the run: the time of the first call, which main() makes. Thread-safe.
StepClock::time_point run_began() noexcept;

/// Records a step. Thread-safe; a step is lost if there is no memory for it.
void note_step(std::string_view phase, std::string_view object, StepClock::time_point begin,
               StepClock::time_point end) noexcept;

/// Returns all steps that have ended, in the order of their starts.
[[nodiscard]] std::vector<StepTime> noted_steps();

/// Records a step that lasts as long as this object, even if an exception ends it.
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

/// Like with_phase(), but also records the phase as a step.
template <typename Body>
decltype(auto) timed_phase(std::string_view phase, Body&& body) {
    const StepTimer timer{std::string(phase)};
    return with_phase(phase, std::forward<Body>(body));
}

} // namespace k8s_node
