// A systemd of a few units that do as they are told.
#pragma once

#include <algorithm>
#include <fnmatch.h>
#include <functional>
#include <map>
#include <set>

#include "loop/event_loop.hpp"
#include "systemd/manager.hpp"

namespace k8s_node::test {

class FakeServices final : public ServiceManager {
public:
    std::map<std::string, UnitState> units;
    std::vector<UnitJob> jobs;      ///< all that were asked for
    std::vector<std::string> begun; ///< without anybody waiting for it
    std::function<bool(const UnitJob&)> works = [](const UnitJob&) { return true; };
    std::function<void(const std::string&)> on_begin = [](const std::string&) {};
    std::function<void()> on_reload = [] {};
    std::function<void()> on_watch = [] {};
    std::optional<UnitFailure> failing; ///< found by the next watch for failures
    EventLoop* loop = nullptr;

    void set(const std::string& unit, const std::string& active, std::uint64_t job = 0) {
        auto& state = units[unit];
        state.name = unit;
        state.load = "loaded";
        state.fragment_path = "/run/systemd/generator/" + unit;
        state.active = active;
        state.job = job;
    }
    /// Starts it anew, as systemd does by itself with Restart=.
    void start(const std::string& unit) {
        set(unit, "active");
        units[unit].invocation_id = std::to_string(++starts_);
    }

    void reload() override { on_reload(); }
    std::vector<UnitFailure> run(std::span<const UnitJob> wanted, const JobOptions& /*options*/,
                                 JobObserver& observer) override {
        std::vector<UnitFailure> failures;
        for (const auto& job : wanted) {
            jobs.push_back(job);
            FinishedJob end{job, works(job) ? JobResult::done : JobResult::failed, "", {}};
            if (end.result == JobResult::failed) {
                set(job.unit, "failed");
                UnitFailure failure;
                failure.job = end;
                failures.push_back(failure);
            } else if (job.kind == JobKind::stop) {
                set(job.unit, "inactive");
            } else if (job.kind == JobKind::restart || !unit_state(job.unit).is_active()) {
                start(job.unit);
            }
            observer.finished(end);
        }
        return failures;
    }
    void begin(std::span<const std::string> names) override {
        for (const auto& name : names) {
            begun.push_back(name);
            on_begin(name);
            start(name);
        }
    }
    std::optional<UnitInstability> watch_stability(std::span<const std::string> /*units*/,
                                                   std::chrono::milliseconds /*window*/) override {
        on_watch();
        return std::nullopt;
    }
    UnitFailure watch_failures(std::span<const std::string> /*units*/) override {
        loop->run_until([this] { return failing.has_value(); });
        return *std::exchange(failing, std::nullopt);
    }
    UnitState unit_state(const std::string& unit) override {
        const auto found = units.find(unit);
        UnitState none;
        none.name = unit;
        none.load = "not-found";
        none.active = "inactive";
        return found == units.end() ? none : found->second;
    }
    std::vector<UnitSummary> list_units(std::span<const std::string> patterns) override {
        std::vector<UnitSummary> found;
        for (const auto& [name, state] : units) {
            if (std::ranges::any_of(patterns, [&, &unit = name](const std::string& pattern) {
                    return ::fnmatch(pattern.c_str(), unit.c_str(), 0) == 0;
                })) {
                found.push_back({name, "", state.load, state.active, state.sub});
            }
        }
        return found;
    }
    void reset_failed(const std::string& unit) override {
        if (unit_state(unit).active == "failed") {
            set(unit, "inactive");
        }
    }
    std::string string_property(const std::string& /*unit*/, const std::string& /*interface*/,
                                const std::string& /*property*/) override {
        return {};
    }
    std::vector<std::string> strings_property(const std::string& /*unit*/,
                                              const std::string& /*interface*/,
                                              const std::string& /*property*/) override {
        return {};
    }

private:
    int starts_ = 0;
};

} // namespace k8s_node::test
