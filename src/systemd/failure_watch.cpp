#include "systemd/failure_watch.hpp"

#include <chrono>
#include <utility>

#include "systemd/unit_end.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t quoted_lines = 20;

bool has_failed(const UnitState& state) {
    return state.active == "failed" && state.job == 0;
}

/// Once the restart job is queued, systemd has already counted that start, although the unit is
/// still in its failed state (service_enter_restart() in systemd's src/core/service.c).
bool waits_for_restart(const UnitState& state) {
    return state.sub == "auto-restart" && state.job == 0;
}

} // namespace

bool FailureCount::see(const UnitState& state) {
    const bool is_first = !last_;
    const bool is_new = is_first || last_->active != state.active || last_->sub != state.sub ||
                        last_->restarts != state.restarts || last_->job != state.job;
    last_ = state;
    if (is_first || state.restarts < restarts_before_) { // somebody started it manually
        restarts_before_ = is_first ? state.restarts : 0;
    }
    if (is_first || !is_new) {
        return false;
    }
    failures_ = state.restarts - restarts_before_;
    if (waits_for_restart(state) || has_failed(state)) {
        ++failures_; // the failure that no start has followed yet
    }
    return has_failed(state) || failures_ >= again_and_again;
}

FailureWatch::FailureWatch(const Bus& bus, std::span<const std::string> units)
    : bus_(bus), news_(units.begin(), units.end()),
      follower_(bus, units, {.changed = [this](const UnitCondition& condition) {
                    news_.insert(condition.unit);
                }}) {
    for (const auto& unit : units) {
        counts_[unit];
    }
}

std::optional<UnitFailure> FailureWatch::look(const std::set<std::string>& but) {
    for (const auto& unit : std::exchange(news_, {})) {
        const auto count = counts_.find(unit);
        if (count == counts_.end() || but.contains(unit)) {
            continue;
        }
        const auto state = read_unit_state(bus_, unit);
        remember_end(state);
        if (count->second.see(state)) {
            return explain(unit, count->second.failures());
        }
    }
    return std::nullopt;
}

void FailureWatch::remember_end(const UnitState& state) {
    if (state.sub != "auto-restart" && state.active != "failed") {
        return;
    }
    UnitFailure end;
    end.job.job.unit = state.name;
    fill_from_service(end, bus_);
    if (!end.exit_text.empty() || end.service_result != "success") {
        ends_.insert_or_assign(state.name, std::move(end));
    }
}

UnitFailure FailureWatch::explain(const std::string& unit, unsigned failures) const {
    using std::chrono::microseconds;
    const auto now = std::chrono::steady_clock::now();
    const auto end = ends_.find(unit);
    UnitFailure failure;
    failure.job.job.unit = unit;
    if (end != ends_.end()) {
        failure = end->second;
    } else {
        fill_from_service(failure, bus_);
    }
    failure.job = {{JobKind::start, unit},
                   JobResult::failing,
                   "failing",
                   std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_)};
    failure.restarts = failures;
    const auto since = std::chrono::floor<microseconds>(begin_.time_since_epoch()).count();
    quote_journal(failure, unit, static_cast<std::uint64_t>(since), quoted_lines);
    return failure;
}

} // namespace k8s_node
