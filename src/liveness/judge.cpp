#include "liveness/judge.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace k8s_node::liveness {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours limit_window{1};
/// Timers of the loop may be half a second late by themselves.
constexpr milliseconds late_by_load{2000};
/// Half of the services that answer take less than a hundredth of this on an idle machine.
constexpr milliseconds slow_by_load{1000};
/// With fewer answers their slowness may be their own.
constexpr std::size_t answers_that_tell = 3;
/// So many at one time are not hung each by itself.
constexpr std::size_t many = 3;

/// Returns the median of how long the answers took; zero if there are too few.
milliseconds usual_time(const Round& round) {
    std::vector<milliseconds> times;
    for (const auto& seen : round.units) {
        if (seen.runs && seen.answered) {
            times.push_back(seen.took);
        }
    }
    if (times.size() < answers_that_tell) {
        return {};
    }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

bool is_loaded(const Round& round) {
    return round.late > late_by_load || usual_time(round) > slow_by_load;
}

bool is_unwell(const Seen& seen) {
    return !seen.runs || !seen.answered;
}

void forget_old(std::vector<Time>& restarts, Time now) {
    std::erase_if(restarts, [&](Time at) { return now - at >= limit_window; });
}

} // namespace

Judge::Judge(Rules rules, Reliance reliance, Records known)
    : rules_(rules), reliance_(std::move(reliance)), records_(std::move(known)) {}

void Judge::keep_only(const std::vector<std::string>& units) {
    std::erase_if(records_, [&](const auto& each) {
        return std::find(units.begin(), units.end(), each.first) == units.end();
    });
}

void Judge::take(const Seen& seen, Time at) {
    auto& record = records_[seen.unit];
    if (record.since != seen.since) {
        record.since = seen.since;
        record.has_answered = false;
        record.in_a_row = 0;
    }
    record.last = seen;
    record.at = at;
    forget_old(record.restarts, at);
    if (is_unwell(seen)) {
        unwell_[seen.unit] = at;
        ++record.in_a_row;
        return;
    }
    record.has_answered = true;
    record.in_a_row = 0;
    record.failures = 0;
    record.excuse.clear();
    record.is_hold_told = false;
    record.is_limit_told = false;
}

std::string Judge::start_excuse(const Record& record, Time now) const {
    const auto grace = rules_.grace * (1U << std::min<std::size_t>(record.restarts.size(), 6));
    if (now - record.since < grace) {
        return fmt::format("it was started less than {} s ago", grace.count() / 1000);
    }
    if (!record.has_answered) {
        return "it has never answered since its start, so the probe may be at fault";
    }
    return {};
}

std::string Judge::needed_excuse(const Record& record, Time now) const {
    const auto needed = reliance_.find(record.last.unit);
    if (needed == reliance_.end()) {
        return {};
    }
    for (const auto& unit : needed->second) {
        const auto unwell = unwell_.find(unit);
        if (unwell != unwell_.end() && now - unwell->second < rules_.settling) {
            return fmt::format("{}, which it needs, is down or does not answer", unit);
        }
    }
    return {};
}

std::string Judge::excuse(const Record& record, const Round& round) const {
    if (!record.last.runs) {
        return "it is not running, or is being started or stopped";
    }
    if (has_changed_ && round.at - change_ < rules_.settling) {
        return "k8s-node-install is changing this node, or has just done so";
    }
    if (is_loaded(round)) {
        return "the machine is overloaded: other services, or this one, are slow as well";
    }
    auto excuse = start_excuse(record, round.at);
    return excuse.empty() ? needed_excuse(record, round.at) : excuse;
}

/// A service that hangs takes few others with it: their probes leave out what is not their own.
void Judge::excuse_all_if_many(const Round& round) {
    std::size_t failing = 0;
    std::size_t asked = 0;
    for (const auto& seen : round.units) {
        asked += seen.runs ? 1U : 0U;
        failing += seen.runs && !seen.answered ? 1U : 0U;
    }
    if (failing < many || failing * 2 <= asked) {
        return;
    }
    for (const auto& seen : round.units) {
        auto& record = records_.at(seen.unit);
        if (is_unwell(seen) && record.excuse.empty()) {
            record.excuse = "most services do not answer, so it is the machine";
        }
    }
}

std::vector<Verdict> Judge::act(Record& record, Time now) const {
    const auto& unit = record.last.unit;
    if (!record.last.runs || record.in_a_row < rules_.failures) {
        return {};
    }
    const auto once = [&](bool& is_told, Action action, const std::string& why) {
        return std::exchange(is_told, true) ? std::vector<Verdict>{}
                                            : std::vector<Verdict>{{unit, action, why}};
    };
    if (!record.excuse.empty()) {
        return once(record.is_hold_told, Action::hold, record.excuse);
    }
    if (record.failures < rules_.failures) {
        return {};
    }
    if (record.restarts.size() >= rules_.restarts_per_hour) {
        return once(
            record.is_limit_told, Action::give_up,
            fmt::format("{} restarts within an hour are the limit", rules_.restarts_per_hour));
    }
    record.restarts.push_back(now);
    ++record.restarts_total;
    record.is_hold_told = false;
    return {{unit, Action::restart,
             fmt::format("{} probes in a row failed, the last one with: {}",
                         std::exchange(record.failures, 0U), record.last.reason)}};
}

std::vector<Verdict> Judge::judge(const Round& round) {
    if (round.change) {
        has_changed_ = true;
        change_ = round.at;
    }
    for (const auto& seen : round.units) {
        take(seen, round.at);
    }
    for (const auto& seen : round.units) {
        auto& record = records_.at(seen.unit);
        record.excuse = is_unwell(seen) ? excuse(record, round) : std::string();
    }
    excuse_all_if_many(round);
    std::vector<Verdict> verdicts;
    for (const auto& seen : round.units) {
        auto& record = records_.at(seen.unit);
        record.failures = record.excuse.empty() && is_unwell(seen) ? record.failures + 1 : 0;
        for (auto& verdict : act(record, round.at)) {
            verdicts.push_back(std::move(verdict));
        }
    }
    return verdicts;
}

} // namespace k8s_node::liveness
