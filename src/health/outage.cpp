#include "health/outage.hpp"

#include <algorithm>

#include "support/error.hpp"

namespace k8s_node {

namespace {

using Clock = std::chrono::steady_clock;

/// An API server under load responds slowly; one that is down refuses at once.
constexpr std::chrono::milliseconds patience{1000};

std::chrono::milliseconds between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
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

OutageMeter::OutageMeter(EventLoop& loop, const Probe& probe, std::chrono::milliseconds interval)
    : loop_(loop), interval_(interval), prober_(make_async_prober(probe, loop)) {
    ask();
}

void OutageMeter::ask() {
    const auto asked = Clock::now();
    is_asking_ = true;
    try {
        prober_->begin(patience, [this, asked](const Attempt& answer) { see(asked, answer.ok); });
    } catch (const Error&) { // it cannot even be probed
        see(asked, false);
    }
}

void OutageMeter::see(Time asked, bool answered) {
    is_asking_ = false;
    tally_.see(asked, answered);
    next_ = loop_.after(std::max(interval_ - between(asked, Clock::now()), interval_ * 0),
                        [this] { ask(); });
}

Outage OutageMeter::stop() {
    loop_.run_until([this] { return !is_asking_; });
    next_.reset();
    return tally_.sum(Clock::now());
}

} // namespace k8s_node
