#include "health/wait.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace k8s_node {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{50};
constexpr milliseconds longest_pause_later{250};
constexpr milliseconds usual_start{10'000};
constexpr milliseconds longest_attempt{5000};
/// A shorter attempt says nothing about the endpoint, and its "no response" would hide the reason
/// of the one before.
constexpr milliseconds shortest_attempt{100};

std::string command_line(const Probe& probe) {
    auto line = "k8s-node-install probe " + probe.url();
    if (!probe.ca_file.empty()) {
        line += " --ca " + probe.ca_file;
    }
    return line;
}

} // namespace

milliseconds next_pause(milliseconds pause, milliseconds waited) {
    const auto bound = waited < usual_start ? longest_pause : longest_pause_later;
    return pause == milliseconds{0} ? first_pause : std::min(pause * 2, bound);
}

Error not_ready(const Probe& probe, const WaitStatus& status) {
    Error error(fmt::format("{}: not ready after {:.1f} s and {} {}: {}", probe.text(),
                            std::chrono::duration<double>(status.elapsed).count(), status.attempts,
                            status.attempts == 1 ? "attempt" : "attempts", status.reason),
                ExitStatus::not_ready);
    error.try_this("check the journal of the service behind it, then probe again: " +
                   command_line(probe));
    return error;
}

ReadinessWait::ReadinessWait(EventLoop& loop, AsyncProber& prober, milliseconds deadline,
                             WaitObserver observer, End end)
    : loop_(loop), prober_(prober), deadline_(deadline), observer_(std::move(observer)),
      end_(std::move(end)) {
    probe();
}

milliseconds ReadinessWait::elapsed() const {
    return std::chrono::duration_cast<milliseconds>(EventLoop::Clock::now() - start_);
}

void ReadinessWait::probe() {
    const auto left = std::max(deadline_ - elapsed(), shortest_attempt);
    prober_.begin(std::min(left, longest_attempt),
                  [this](const Attempt& attempt) { take(attempt); });
}

void ReadinessWait::take(const Attempt& attempt) {
    ++status_.attempts;
    status_.elapsed = elapsed();
    const bool is_news = attempt.reason != status_.reason;
    status_.reason = attempt.reason;
    if (attempt.ok) {
        finish();
        return;
    }
    if (is_news && observer_) {
        observer_(status_);
    }
    const auto room = deadline_ - shortest_attempt - elapsed();
    if (room <= milliseconds{0}) {
        finish();
        return;
    }
    pause_ = next_pause(pause_, elapsed());
    next_ = loop_.after(std::min(pause_, room), [this] { probe(); });
}

void ReadinessWait::finish() {
    const auto end = std::move(end_); // it may destroy this
    const auto status = status_;
    end(status);
}

WaitStatus wait_until_ready(EventLoop& loop, AsyncProber& prober, const Probe& probe,
                            milliseconds deadline, const WaitObserver& observer) {
    std::optional<WaitStatus> ended;
    const ReadinessWait wait(loop, prober, deadline, observer,
                             [&](const WaitStatus& status) { ended = status; });
    loop.run_until([&] { return ended.has_value(); });
    if (!ended->reason.empty()) {
        throw not_ready(probe, *ended);
    }
    return *ended;
}

} // namespace k8s_node
