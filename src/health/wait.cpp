#include "health/wait.hpp"

#include <algorithm>
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

WaitStatus wait_until_ready(EventLoop& loop, AsyncProber& prober, const Probe& probe,
                            milliseconds deadline, const WaitObserver& observer) {
    const auto begun = EventLoop::Clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration_cast<milliseconds>(EventLoop::Clock::now() - begun);
    };
    WaitStatus status;
    for (milliseconds pause{0};; loop.pause_until(EventLoop::Clock::now() + pause)) {
        const auto time = std::clamp(deadline - elapsed(), shortest_attempt, longest_attempt);
        auto answer = attempt(prober, time, loop);
        ++status.attempts;
        status.elapsed = elapsed();
        const bool is_news = answer.reason != status.reason;
        status.reason = std::move(answer.reason);
        if (answer.ok) {
            return status;
        }
        if (is_news && observer) {
            observer(status);
        }
        const auto room = deadline - shortest_attempt - elapsed();
        if (room <= milliseconds{0}) {
            throw not_ready(probe, status);
        }
        pause = std::min(next_pause(pause, elapsed()), room);
    }
}

} // namespace k8s_node
