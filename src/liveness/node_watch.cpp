#include "liveness/node_watch.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "host/run_lock.hpp"
#include "liveness/metrics.hpp"
#include "liveness/report.hpp"
#include "liveness/resident.hpp"
#include "liveness/watched.hpp"
#include "model/node_spec.hpp"
#include "support/boot_generation.hpp"
#include "support/files.hpp"
#include "support/messages.hpp"
#include "systemd/notify.hpp"

namespace k8s_node::liveness {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string running_generation() {
    std::error_code error;
    const auto number = boot_generation();
    const auto path =
        fs::canonical(number ? fs::path(k8s_node::paths::generations) / std::to_string(*number)
                             : fs::path(k8s_node::paths::current),
                      error);
    return error ? std::string() : path.string();
}

bool is_changing() {
    return host::lock_holder(k8s_node::paths::lock).has_value();
}

bool runs(const std::optional<UnitCondition>& condition) {
    return condition && condition->active == "active" && condition->sub == "running" &&
           condition->job == 0;
}

milliseconds between(EventLoop::Clock::time_point from, EventLoop::Clock::time_point to) {
    return std::max(std::chrono::duration_cast<milliseconds>(to - from), milliseconds(0));
}

Judge::Records known_records() {
    return parse_report(read_file_if_exists(paths::report).value_or(""));
}

/// With the second one `journalctl -u UNIT` shows the record among the unit's own.
std::vector<std::pair<std::string, std::string>> fields_of(const std::string& unit) {
    return {{"K8S_NODE_UNIT", unit}, {"OBJECT_SYSTEMD_UNIT", unit}};
}

std::vector<std::string> names_of(const std::vector<UnitEntry>& units) {
    std::vector<std::string> names;
    for (const auto& unit : units) {
        names.push_back(unit.name);
    }
    return names;
}

} // namespace

WatchedGeneration read_watched_generation() {
    WatchedGeneration generation{running_generation()};
    const auto path = generation.directory + "/manifest.json";
    if (!generation.directory.empty()) {
        generation.manifest = parse_manifest(read_file(path), path);
    }
    return generation;
}

NodeWatch::NodeWatch(EventLoop& loop, const WatchOptions& options,
                     const WatchedGeneration& generation, EventSink& events)
    : loop_(loop), options_(options), directory_(generation.directory), events_(events),
      bus_(Bus::open_system(loop)),
      judge_(options.rules, reliance_of(generation.manifest), known_records()),
      restarter_(bus_, [this](const std::string& unit, milliseconds took) {
          events_.report({Priority::notice,
                          fmt::format("{} is back after {:.1f} s", unit,
                                      std::chrono::duration<double>(took).count()),
                          {},
                          fields_of(unit)});
      }) {
    const auto units = watched_units(generation.manifest);
    for (const auto& unit : units) {
        watched_.push_back(std::make_unique<Watched>(loop, unit));
    }
    judge_.keep_only(names_of(units));
    follower_ = std::make_unique<UnitFollower>(
        bus_, names_of(units),
        UnitEvents{.changed = [this](const UnitCondition& condition) { changed(condition); }});
    metrics_ = std::make_unique<MetricsServer>(loop, paths::metrics, options.metrics_port, [this] {
        return write_metrics(judge_.records(), rounds_);
    });
    due_ = Clock::now() + options.interval;
    next_ = loop.after(options.interval, [this] { begin_round(); });
    tell_state();
    tell_ready();
}

void NodeWatch::changed(const UnitCondition& condition) {
    for (const auto& watched : watched_) {
        if (watched->entry.name == condition.unit) {
            watched->condition = condition;
        }
    }
    restarter_.changed(condition);
}

void NodeWatch::begin_round() {
    if (running_generation() != directory_) {
        loop_.stop();
        return;
    }
    begun_ = Clock::now();
    late_ = between(due_, begun_);
    change_ = is_changing();
    unanswered_ = 1; // this function
    for (const auto& watched : watched_) {
        watched->condition_asked.reset();
        if (runs(watched->condition)) {
            watched->condition_asked = watched->condition;
            ++unanswered_;
            watched->prober.begin(
                [this, each = watched.get()](const Attempt& attempt, milliseconds took) {
                    answered(*each, attempt, took);
                });
        }
    }
    if (--unanswered_ == 0) {
        end_round();
    }
}

void NodeWatch::answered(Watched& watched, const Attempt& attempt, milliseconds took) {
    watched.attempt = attempt;
    watched.took = took;
    // An answer that comes long after its time says that this program was not let run.
    late_ = std::max(late_, between(begun_ + watched.entry.live->timeout, Clock::now()));
    if (--unanswered_ == 0) {
        // The prober that calls is in use until it returns.
        next_ = loop_.defer([this] { end_round(); });
    }
}

Seen NodeWatch::seen(const Watched& watched) const {
    Seen seen{.unit = watched.entry.name};
    seen.since =
        Time(std::chrono::microseconds(watched.condition ? watched.condition->entered_us : 0));
    seen.runs = watched.condition_asked && watched.condition == watched.condition_asked &&
                !restarter_.is_busy_with(seen.unit);
    if (seen.runs) {
        seen.answered = watched.attempt.ok;
        seen.reason = watched.attempt.reason;
        seen.took = watched.took;
    }
    return seen;
}

void NodeWatch::end_round() {
    ++rounds_;
    Round round{.at = Clock::now(), .change = change_ || is_changing(), .late = late_};
    for (const auto& watched : watched_) {
        round.units.push_back(seen(*watched));
    }
    for (const auto& verdict : judge_.judge(round)) {
        act(verdict);
    }
    write_down();
    tell_state();
    give_back_memory();
    due_ = std::max(begun_ + options_.interval, Clock::now());
    next_ = loop_.after(between(Clock::now(), due_), [this] { begin_round(); });
}

void NodeWatch::act(const Verdict& verdict) {
    tell(verdict);
    for (const auto& watched : watched_) {
        if (watched->entry.name == verdict.unit && verdict.action == Action::restart) {
            restarter_.restart(*watched->condition);
        }
    }
}

void NodeWatch::tell(const Verdict& verdict) {
    const auto& unit = verdict.unit;
    const auto& last = judge_.records().at(unit).last;
    Event event{Priority::warning, {}, {}, fields_of(unit)};
    switch (verdict.action) {
    case Action::restart:
        event.priority = Priority::error;
        event.message_id = message::unit_hung;
        event.message = fmt::format("{} hangs and is restarted: {}", unit, verdict.reason);
        break;
    case Action::hold:
        event.message_id = message::restart_held_back;
        event.message = fmt::format("{} does not answer ({}) and is not restarted: {}", unit,
                                    last.reason, verdict.reason);
        break;
    case Action::give_up:
        event.priority = Priority::error;
        event.message_id = message::restart_limit;
        event.message = fmt::format("{} hangs again ({}) and is not restarted: {}", unit,
                                    last.reason, verdict.reason);
        break;
    }
    events_.report(event);
}

void NodeWatch::tell_state() {
    std::size_t answering = 0;
    std::string failing;
    for (const auto& [unit, record] : judge_.records()) {
        answering += record.last.runs && record.last.answered ? 1U : 0U;
        if (record.in_a_row > 0) {
            failing += (failing.empty() ? "; not: " : ", ") + unit;
        }
    }
    const auto state = rounds_ == 0 ? fmt::format("watches {} services", watched_.size())
                                    : fmt::format("{} of {} services answer{}", answering,
                                                  watched_.size(), failing);
    if (state_ != state) {
        state_ = state;
        tell_status(state);
    }
}

void NodeWatch::write_down() const {
    write_file_atomically(paths::report, write_report(judge_.records()), {.mode = 0644});
}

} // namespace k8s_node::liveness
