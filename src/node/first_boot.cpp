#include "node/first_boot.hpp"

#include <algorithm>
#include <random>

#include "cluster/api_error.hpp"
#include "host/invoking_user.hpp"
#include "node/machine.hpp"
#include "store/retry.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"
#include "systemd/notify.hpp"

namespace k8s_node {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* unit = "k8s-node-install.service";
constexpr seconds first_time{10}; ///< of which half is the unit's
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
    std::random_device random;
    const auto jitter = std::generate_canonical<double, 32>(random);
    const auto pause = is_cured_by_waiting(error.status())
                           ? pause_after(earlier_tries(host, loop), error, jitter)
                           : milliseconds{0};
    tell_status(status_of_try(error, pause));
    loop.pause_until(EventLoop::Clock::now() + pause);
}

} // namespace

bool is_cured_by_waiting(ExitStatus status) {
    return status != ExitStatus::usage && status != ExitStatus::configuration &&
           status != ExitStatus::unsuitable && status != ExitStatus::verification;
}

milliseconds pause_after(unsigned earlier_tries, const Error& error, double jitter) {
    const bool has_only_asked = error.status() == ExitStatus::not_yet;
    const RetryPolicy policy{.first_delay = first_time,
                             .longest_delay =
                                 has_only_asked ? longest_time_for_others : longest_time};
    const auto* refusal = dynamic_cast<const cluster::ServerError*>(&error);
    return longer_pause(retry_delay(policy, earlier_tries, jitter),
                        refusal == nullptr ? seconds{0} : refusal->retry_after(), jitter) -
           restart_time;
}

std::string status_of_try(const Error& error, milliseconds pause) {
    const bool is_list =
        error.status() == ExitStatus::unsuitable || error.status() == ExitStatus::not_yet;
    const auto reason =
        is_list && !error.details().empty() ? join(error.details(), "; ") : error.message();
    if (is_cured_by_waiting(error.status())) {
        return "retrying in " +
               std::to_string(std::chrono::round<seconds>(pause + restart_time).count()) +
               " s: " + reason;
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
