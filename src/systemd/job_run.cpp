#include "systemd/job_run.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "systemd/journal.hpp"
#include "systemd/properties.hpp"

namespace k8s_node {

namespace {

PropertyMap service_properties(const Bus& bus, const std::string& unit) {
    return unit.ends_with(".service") ? read_properties(bus, unit, service_interface)
                                      : PropertyMap{};
}

/// steady_clock is CLOCK_MONOTONIC, as systemd's timestamps are.
std::uint64_t monotonic_us(JobWatch::Clock::time_point time) {
    return static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count());
}

void fill_from_service(UnitFailure& failure, const Bus& bus) {
    const auto& unit = failure.job.job.unit;
    const auto service = service_properties(bus, unit);
    failure.service_result = service.get<std::string>("Result");
    failure.status_text = service.get<std::string>("StatusText");
    failure.restarts = static_cast<unsigned>(service.get<std::uint64_t>("NRestarts"));
    if (!unit.ends_with(".service")) {
        return;
    }
    if (const auto command = first_failed(read_command_runs(bus, unit))) {
        failure.command = command->text;
        failure.exit_text = text_of(command->end);
        return;
    }
    failure.exit_text =
        text_of(ProcessEnd{static_cast<int>(service.get<std::int64_t>("ExecMainCode")),
                           static_cast<int>(service.get<std::int64_t>("ExecMainStatus"))});
}

} // namespace

std::vector<UnitFailure> JobRun::run(std::span<const UnitJob> jobs) {
    for (const auto& job : jobs) {
        request(job);
    }
    wait_for_all();
    return std::move(failures_);
}

void JobRun::request(const UnitJob& job) {
    try {
        watch_.request(job, options_.mode);
    } catch (const Error& error) {
        if (!bus_.is_open()) {
            throw;
        }
        // The jobs that were accepted are still worth waiting for.
        finish({{job, JobResult::refused, error.message(), {}}});
    }
}

void JobRun::wait_for_all() {
    const auto deadline = begin_ + options_.deadline;
    auto heartbeat = begin_ + options_.heartbeat;
    while (!watch_.idle()) {
        finish(watch_.wait(std::min(deadline, heartbeat)));
        if (watch_.idle()) {
            return;
        }
        if (Clock::now() >= deadline) {
            give_up();
            return;
        }
        if (Clock::now() >= heartbeat) {
            tell_heartbeat();
            heartbeat = Clock::now() + options_.heartbeat;
        }
    }
}

/// States first and journals, which are slow, after them: with Restart= a unit
/// forgets its failure when it starts again, often after 100 ms.
void JobRun::finish(const std::vector<FinishedJob>& jobs) {
    const auto known = failures_.size();
    for (const auto& job : jobs) {
        if (!is_success(job.result)) {
            failures_.push_back(explain(job));
        }
        observer_.finished(job);
    }
    for (auto i = known; i < failures_.size(); ++i) {
        quote_journal(failures_[i]);
    }
}

void JobRun::tell_heartbeat() {
    auto jobs = watch_.running();
    for (auto& pending : jobs) {
        pending.sub_state =
            read_properties(bus_, pending.job.unit, unit_interface).get<std::string>("SubState");
        pending.status_text =
            service_properties(bus_, pending.job.unit).get<std::string>("StatusText");
    }
    observer_.waiting(jobs);
}

void JobRun::give_up() {
    std::vector<FinishedJob> jobs;
    for (const auto& pending : watch_.running()) {
        jobs.push_back({pending.job, JobResult::still_running, "still running", pending.elapsed});
    }
    finish(jobs);
}

UnitFailure JobRun::explain(const FinishedJob& job) const {
    UnitFailure failure;
    failure.job = job;
    if (job.result == JobResult::refused) {
        return failure;
    }
    const auto unit = read_properties(bus_, job.job.unit, unit_interface);
    failure.sub_state = unit.get<std::string>("SubState");
    if (job.result == JobResult::dependency) {
        std::set<std::string> seen;
        failure.culprit = find_culprit(job.job.unit, seen);
    } else {
        fill_from_service(failure, bus_);
    }
    return failure;
}

/// What was said since the request. If the unit did not start since then (its
/// start limit, say), the words of its last start are the reason.
void JobRun::quote_journal(UnitFailure& failure) const {
    if (failure.job.result == JobResult::refused) {
        return;
    }
    const auto& unit = failure.culprit.empty() ? failure.job.job.unit : failure.culprit;
    const auto requested = monotonic_us(begin_);
    const auto started = read_properties(bus_, unit, unit_interface)
                             .get<std::uint64_t>("InactiveExitTimestampMonotonic");
    const auto since = started == 0 ? requested : std::min(started, requested);
    failure.journal = last_journal_lines({unit, {}, since, options_.journal_lines});
}

/// A unit between the culprit and this one is merely inactive, so the search
/// goes down through those.
std::string JobRun::find_culprit(const std::string& unit, std::set<std::string>& seen) const {
    const auto properties = read_properties(bus_, unit, unit_interface);
    for (const auto* kind : {"Requires", "BindsTo", "Requisite"}) {
        for (const auto& required : properties.get<std::vector<std::string>>(kind)) {
            if (!seen.insert(required).second) {
                continue;
            }
            const auto state = read_properties(bus_, required, unit_interface);
            const auto active = state.get<std::string>("ActiveState");
            if (active == "failed" || state.get<std::string>("SubState") == "auto-restart") {
                return required;
            }
            if (active != "inactive") {
                continue;
            }
            if (auto culprit = find_culprit(required, seen); !culprit.empty()) {
                return culprit;
            }
        }
    }
    return {};
}

} // namespace k8s_node
