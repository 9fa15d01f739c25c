#include "unit_resources/unit_jobs.hpp"

#include <algorithm>

#include "support/time.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

namespace {

/// A failure is reported soon: the other jobs only get the time to fail too.
constexpr std::chrono::seconds patience_with_others{15};

} // namespace

void UnitProgress::finished(const FinishedJob& job) {
    if (is_success(job.result)) {
        report(system_, Priority::info, "units", job.job.unit,
               job.job.unit + ": " + verb_of(job.job.kind) + " done after " +
                   human_duration(took(job)));
    }
}

void UnitProgress::waiting(std::span<const PendingJob> jobs) {
    for (const auto& job : jobs) {
        // A unit that has not begun waits for another one, which is listed too.
        if (job.sub_state != "dead") {
            report(system_, Priority::notice, "units", job.job.unit, describe(job));
        }
    }
}

std::chrono::milliseconds UnitProgress::took(const FinishedJob& job) const {
    if (job.job.kind != JobKind::start) {
        return job.elapsed;
    }
    const auto state = system_.services->unit_state(job.job.unit);
    const std::chrono::microseconds whole(
        state.ready_us > state.begun_us ? state.ready_us - state.begun_us : 0);
    return std::max(job.elapsed, std::chrono::round<std::chrono::milliseconds>(whole));
}

void run_jobs(const std::vector<UnitJob>& jobs, const Generation& next, System& system) {
    if (jobs.empty()) {
        return;
    }
    for (const auto& job : jobs) {
        if (job.kind != JobKind::stop) {
            system.services->reset_failed(job.unit);
        }
    }
    UnitProgress progress(system);
    JobOptions options;
    options.after_failure = patience_with_others;
    options.watched = unit_names(next.manifest);
    throw_on_failure(system.services->run(jobs, options, progress));
}

} // namespace k8s_node
