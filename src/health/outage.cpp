#include "health/outage.hpp"

#include <algorithm>

#include "health/prober.hpp"

namespace k8s_node {

namespace {

using Clock = std::chrono::steady_clock;

/// An API server under load responds slowly; one that is down refuses at once.
constexpr std::chrono::milliseconds patience{1000};

std::chrono::milliseconds between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
}

/// Returns false also if the endpoint cannot even be probed.
bool answers(Prober& prober) {
    try {
        return prober.attempt(patience).ok;
    } catch (const std::exception&) {
        return false;
    }
}

void add_break(Outage& outage, std::chrono::milliseconds length) {
    outage.total += length;
    outage.longest = std::max(outage.longest, length);
}

} // namespace

void OutageTally::see(Time asked, bool answered) {
    if (!answered && !broken_) {
        broken_ = true;
        since_ = asked;
        ++done_.breaks;
    } else if (answered && broken_) {
        broken_ = false;
        add_break(done_, between(since_, asked));
    }
}

Outage OutageTally::sum(Time now) const {
    auto outage = done_;
    if (broken_) {
        add_break(outage, between(since_, now));
        outage.over = false;
    }
    return outage;
}

OutageMeter::OutageMeter(const Probe& probe, std::chrono::milliseconds interval)
    : prober_(make_prober(probe)),
      thread_([this, interval](const std::stop_token& stop) { run(stop, interval); }) {}

void OutageMeter::run(const std::stop_token& stop, std::chrono::milliseconds interval) {
    std::unique_lock lock(mutex_);
    do {
        const auto asked = Clock::now();
        tally_.see(asked, answers(*prober_));
        woken_.wait_until(lock, stop, asked + interval, [] { return false; });
    } while (!stop.stop_requested());
}

Outage OutageMeter::stop() {
    thread_.request_stop();
    thread_.join();
    return tally_.sum(Clock::now());
}

} // namespace k8s_node
