// Ends a service that hangs, and sees to it that it is started again. Over sd-bus.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "loop/event_loop.hpp"
#include "systemd/bus.hpp"
#include "systemd/unit_condition.hpp"

namespace k8s_node::liveness {

/// A service that hangs need not hear SIGTERM, and its own way to stop may wait for long. So its
/// main process gets SIGABRT, like those that miss systemd's watchdog: a Go program then writes
/// where each of its goroutines stands. SIGCONT lets one that was stopped hear it, and SIGKILL
/// follows to one that does not. The unit's Restart= starts it; where that does not, a start job.
class Restarter {
public:
    /// Called when a service that was restarted is active again, with the time that it took.
    using Back = std::function<void(const std::string& unit, std::chrono::milliseconds took)>;

    /// `bus` must outlive it.
    Restarter(const Bus& bus, Back back) : bus_(bus), back_(std::move(back)) {}

    void restart(const UnitCondition& unit);
    /// To be told each condition of the units.
    void changed(const UnitCondition& unit);
    [[nodiscard]] bool is_busy_with(const std::string& unit) const { return busy_.contains(unit); }

private:
    struct Restart {
        std::uint64_t entered_us = 0; ///< of the condition in which it hung
        EventLoop::Clock::time_point begun{};
        EventSource patience{};
    };

    void kill(const std::string& unit, int signal) const;
    void start(const std::string& unit) const;

    const Bus& bus_;
    Back back_;
    std::map<std::string, Restart> busy_;
};

} // namespace k8s_node::liveness
