// How long an endpoint did not answer while something else went on.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "health/prober.hpp"

namespace k8s_node {

/// What was seen between start and stop.
struct Outage {
    std::chrono::milliseconds total{0};   ///< of all breaks; exact to one interval
    std::chrono::milliseconds longest{0}; ///< the longest one
    unsigned breaks = 0;
    bool over = true; ///< false: it did not answer at the end
};

/// Adds up answers in the order of their times. Pure.
class OutageTally {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// `asked` is when the question was put. A break lasts from the first
    /// question without an answer to the first with one.
    void see(Time asked, bool answered);
    [[nodiscard]] Outage sum(Time now) const;

private:
    Outage done_;
    bool broken_ = false;
    Time since_{};
};

/// Asks in a thread of its own, from its construction to stop() or its end.
class OutageMeter {
public:
    explicit OutageMeter(const Probe& probe,
                         std::chrono::milliseconds interval = std::chrono::milliseconds(100));
    OutageMeter(const OutageMeter&) = delete;
    OutageMeter& operator=(const OutageMeter&) = delete;
    OutageMeter(OutageMeter&&) = delete;
    OutageMeter& operator=(OutageMeter&&) = delete;
    ~OutageMeter() = default;

    /// Ends the asking and tells. To be called once.
    [[nodiscard]] Outage stop();

private:
    void run(const std::stop_token& stop, std::chrono::milliseconds interval);

    std::unique_ptr<Prober> prober_; ///< of the thread's own, too
    OutageTally tally_;              ///< of the thread's own until it has ended
    std::mutex mutex_;
    std::condition_variable_any woken_;
    std::jthread thread_; ///< last: it uses the others
};

} // namespace k8s_node
