#include "systemd/job_run.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "systemd/failure_watch.hpp"
#include "systemd/properties.hpp"
#include "systemd/unit_end.hpp"

namespace k8s_node {

namespace {

/// steady_clock is CLOCK_MONOTONIC, as systemd's timestamps are.
std::uint64_t monotonic_us(JobWatch::Clock::time_point time) {
    return static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count());
}

/// Returns the units that are started and others that are to be watched with them. A stop is
/// reported by its job.
std::vector<std::string> watched_units(std::span<const UnitJob> jobs, const JobOptions& options) {
    std::set<std::string> units(options.watched.begin(), options.watched.end());
    for (const auto& job : jobs) {
        if (job.kind != JobKind::stop) {
            units.insert(job.unit);
        }
    }
    for (const auto& job : jobs) {
        if (job.kind == JobKind::stop) {
            units.erase(job.unit);
        }
    }
    return {units.begin(), units.end()};
}

} // namespace

std::vector<UnitFailure> JobRun::run(std::span<const UnitJob> jobs) {
    FailureWatch units(bus_, watched_units(jobs, options_));
    static_cast<void>(units.look()); // records their initial states
    begin_ = Clock::now();
    deadline_ = begin_ + options_.deadline;
    for (const auto& job : jobs) {
        request(job);
    }
    wait_for_all(units);
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

void JobRun::wait_for_all(FailureWatch& units) {
    auto heartbeat = begin_ + options_.heartbeat;
    while (!watch_.idle()) {
        finish(watch_.wait(std::min(deadline_, heartbeat), [&] { return units.any(); }));
        for (const auto& failure : failures_) {
            units.forget(failure.job.job.unit);
        }
        if (watch_.idle()) {
            return;
        }
        if (watch_.has_news()) {
            continue; // the end of its job explains a unit's failure best
        }
        if (const auto found = units.look(waited_for())) {
            failures_.push_back(*found);
            give_up();
            return;
        }
        if (Clock::now() >= deadline_) {
            give_up();
            return;
        }
        if (Clock::now() >= heartbeat) {
            tell_heartbeat();
            heartbeat = Clock::now() + options_.heartbeat;
        }
    }
}

/// Reads states first and then journals, which are slow.
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
    if (known == 0 && !failures_.empty()) {
        deadline_ = std::min(deadline_, Clock::now() + options_.after_failure);
    }
}

std::set<std::string> JobRun::waited_for() const {
    std::set<std::string> units;
    for (const auto& pending : watch_.running()) {
        units.insert(pending.job.unit);
    }
    return units;
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

/// Quotes the journal since the request or, if the unit did not start since then (because of its
/// start limit, say), since its last start.
void JobRun::quote_journal(UnitFailure& failure) const {
    if (failure.job.result == JobResult::refused) {
        return;
    }
    const auto& unit = failure.culprit.empty() ? failure.job.job.unit : failure.culprit;
    const auto requested = monotonic_us(begin_);
    const auto started = read_properties(bus_, unit, unit_interface)
                             .get<std::uint64_t>("InactiveExitTimestampMonotonic");
    const auto since = started == 0 ? requested : std::min(started, requested);
    k8s_node::quote_journal(failure, unit, since, options_.journal_lines);
}

/// Units between the culprit and this one are merely inactive, so the search goes through them.
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
