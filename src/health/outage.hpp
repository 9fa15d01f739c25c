// Measures how long an endpoint did not respond during another operation.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "health/prober.hpp"

namespace k8s_node {

/// The outages observed between start and stop.
struct Outage {
    std::chrono::milliseconds total{0};   ///< of all outages; accurate to one interval
    std::chrono::milliseconds longest{0}; ///< of the longest outage
    unsigned breaks = 0;
    bool over = true; ///< false: it did not respond at the end
};

/// Adds up probe results in chronological order. Pure.
class OutageTally {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// `asked` is when the probe was sent. An outage lasts from the first probe without a
    /// response to the next one with a response.
    void see(Time asked, bool answered);
    [[nodiscard]] Outage sum(Time now) const;

private:
    Outage done_;
    bool broken_ = false;
    Time since_{};
};

/// Probes in its own thread, from construction to stop() or destruction.
class OutageMeter {
public:
    explicit OutageMeter(const Probe& probe,
                         std::chrono::milliseconds interval = std::chrono::milliseconds(100));
    OutageMeter(const OutageMeter&) = delete;
    OutageMeter& operator=(const OutageMeter&) = delete;
    OutageMeter(OutageMeter&&) = delete;
    OutageMeter& operator=(OutageMeter&&) = delete;
    ~OutageMeter() = default;

    /// Ends probing and returns the result. May be called once.
    [[nodiscard]] Outage stop();

private:
    void run(const std::stop_token& stop, std::chrono::milliseconds interval);

    std::unique_ptr<Prober> prober_; ///< used by the thread only
    OutageTally tally_;              ///< used by the thread only, until it has ended
    std::mutex mutex_;
    std::condition_variable_any woken_;
    std::jthread thread_; ///< last: it uses the members above
};

} // namespace k8s_node
