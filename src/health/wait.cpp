#include "health/wait.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/error.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{50};
constexpr milliseconds longest_pause_later{250};
constexpr milliseconds usual_start{10'000};
constexpr milliseconds longest_attempt{5000};
/// A shorter attempt says nothing about the endpoint, and its "no response" would hide the reason
/// of the one before.
constexpr milliseconds shortest_attempt{100};

milliseconds since(Clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

std::string command_line(const Probe& probe) {
    auto line = "k8s-node-install probe " + probe.url();
    if (!probe.ca_file.empty()) {
        line += " --ca " + probe.ca_file;
    }
    return line;
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

} // namespace

milliseconds next_pause(milliseconds pause, milliseconds waited) {
    const auto bound = waited < usual_start ? longest_pause : longest_pause_later;
    return pause == milliseconds{0} ? first_pause : std::min(pause * 2, bound);
}

WaitStatus wait_until_ready(Prober& prober, const Probe& probe, milliseconds deadline,
                            const WaitObserver& observer) {
    const auto start = Clock::now();
    WaitStatus status;
    milliseconds pause{0};
    for (;;) {
        const auto left = std::max(deadline - since(start), shortest_attempt);
        auto attempt = prober.attempt(std::min(left, longest_attempt));
        ++status.attempts;
        status.elapsed = since(start);
        const bool is_news = attempt.reason != status.reason;
        status.reason = std::move(attempt.reason);
        if (attempt.ok) {
            return status;
        }
        if (is_news && observer) {
            observer(status);
        }
        const auto room = deadline - shortest_attempt - since(start);
        if (room <= milliseconds{0}) {
            throw not_ready(probe, status);
        }
        pause = next_pause(pause, since(start));
        pause_until(Clock::now() + std::min(pause, room));
    }
}

WaitStatus wait_until_ready(const Probe& probe, milliseconds deadline,
                            const WaitObserver& observer) {
    const auto prober = make_prober(probe);
    return wait_until_ready(*prober, probe, deadline, observer);
}

} // namespace k8s_node
