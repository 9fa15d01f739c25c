#include "node/first_boot.hpp"

#include <algorithm>

#include "host/invoking_user.hpp"
#include "node/machine.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"
#include "systemd/notify.hpp"

namespace k8s_node {

namespace {

using std::chrono::seconds;

constexpr const char* unit = "k8s-node-install.service";
constexpr seconds restart_time{5}; ///< RestartSec= of the unit
constexpr seconds longest_time{300};
/// Of a machine that waits for others: it has asked them and changed nothing, and they may be ready
/// at any moment.
constexpr seconds longest_time_for_others{30};

/// Returns how often systemd has restarted the unit since somebody started it.
unsigned earlier_tries(const Root& host, EventLoop& loop) {
    const auto services = open_services(host, Services::looked_at, loop);
    return services == nullptr ? 0 : services->unit_state(unit).restarts;
}

/// Ends a failed attempt with a pause. One that could not succeed at once is spaced out.
void end_try(const Root& host, const Error& error) {
    EventLoop loop(interrupt_token());
    loop.throw_if_to_end();
    const auto pause = is_cured_by_waiting(error.status())
                           ? pause_after(earlier_tries(host, loop), error.status())
                           : seconds{0};
    tell_status(status_of_try(error, pause));
    loop.pause_until(EventLoop::Clock::now() + pause);
}

} // namespace

bool is_cured_by_waiting(ExitStatus status) {
    return status != ExitStatus::usage && status != ExitStatus::configuration &&
           status != ExitStatus::unsuitable && status != ExitStatus::verification;
}

seconds pause_after(unsigned earlier_tries, ExitStatus status) {
    constexpr unsigned doublings = 6; // 5 s · 2^6 exceeds the longest time
    const auto time = restart_time * (1U << std::min(earlier_tries, doublings));
    return std::min(time, status == ExitStatus::not_yet ? longest_time_for_others : longest_time) -
           restart_time;
}

std::string status_of_try(const Error& error, seconds pause) {
    const bool is_list =
        error.status() == ExitStatus::unsuitable || error.status() == ExitStatus::not_yet;
    const auto reason =
        is_list && !error.details().empty() ? join(error.details(), "; ") : error.message();
    if (is_cured_by_waiting(error.status())) {
        return "retrying in " + std::to_string((pause + restart_time).count()) + " s: " + reason;
    }
    return "gave up, because waiting does not help (systemctl restart " + std::string(unit) +
           " tries again): " + reason;
}

ExitStatus run_as_first_boot(const Root& host, const std::function<ExitStatus()>& run) {
    if (own_service() != unit) {
        return run();
    }
    tell_status("installing the node");
    try {
        const auto status = run();
        tell_status("the node is installed");
        return status;
    } catch (const Error& error) {
        end_try(host, error);
        throw;
    }
}

} // namespace k8s_node
