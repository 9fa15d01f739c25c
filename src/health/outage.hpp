// Measures how long an endpoint did not respond during another operation.
#pragma once

#include <chrono>
#include <memory>

#include "health/async_prober.hpp"

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

/// Probes from construction to stop() or destruction, while something waits in the loop.
class OutageMeter {
public:
    OutageMeter(EventLoop& loop, const Probe& probe,
                std::chrono::milliseconds interval = std::chrono::milliseconds(100));
    OutageMeter(const OutageMeter&) = delete;
    OutageMeter& operator=(const OutageMeter&) = delete;
    OutageMeter(OutageMeter&&) = delete;
    OutageMeter& operator=(OutageMeter&&) = delete;
    ~OutageMeter() = default;

    /// Waits for the answer to the last probe and returns the result. May be called once.
    [[nodiscard]] Outage stop();

private:
    using Time = OutageTally::Time;

    void ask();
    void see(Time asked, bool answered);

    EventLoop& loop_;
    std::chrono::milliseconds interval_;
    OutageTally tally_;
    bool is_asking_ = false;
    EventSource next_;
    std::unique_ptr<AsyncProber> prober_;
};

} // namespace k8s_node
