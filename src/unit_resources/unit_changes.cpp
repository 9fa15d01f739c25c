#include "unit_resources/unit_changes.hpp"

#include <algorithm>

#include "generations/pending.hpp"
#include "plan/hand_over.hpp"
#include "plan/impact.hpp"
#include "plan/rollout.hpp"
#include "resources/triggers.hpp"
#include "unit_resources/hand_over.hpp"
#include "unit_resources/unit_jobs.hpp"

namespace k8s_node {

namespace {

constexpr const char* target = "k8s-node.target";

bool has_begun(const System& system, const std::string& unit) {
    return system.services != nullptr && system.services->unit_state(unit).has_begun();
}

/// Returns why a unit that is not active must be started, with systemd's state names.
std::string inactive_reason(const UnitState& state) {
    if (!state.is_loaded()) {
        return "is new";
    }
    return "is " + state.active + (state.active == "failed" ? ": " + state.result : "");
}

/// Returns the start of a unit that is not active.
std::vector<Change> check_start(const std::string& unit, const System& system) {
    if (system.services == nullptr) {
        return {{ChangeKind::start_unit, unit, "systemd is not running here", {}}};
    }
    const auto state = system.services->unit_state(unit);
    return state.is_active()
               ? std::vector<Change>()
               : std::vector<Change>{{ChangeKind::start_unit, unit, inactive_reason(state), {}}};
}

/// The unit before the change; one that did not exist can only start.
enum class Before { nothing, unit };

/// Returns the start or restart of a unit; `restart` is why its inputs need one. A unit that is
/// down is restarted too: systemd may be about to start it, at boot or after a failure, and a start
/// job would merge into that one, which read the old inputs.
std::vector<Change> check_unit(const std::string& unit, std::optional<Change> restart,
                               Before before, const System& system) {
    if (!restart || system.services == nullptr) {
        return check_start(unit, system);
    }
    const auto state = system.services->unit_state(unit);
    if (before == Before::nothing && !state.has_begun()) {
        return check_start(unit, system);
    }
    if (!state.is_active()) {
        restart->why = inactive_reason(state) + "; " + restart->why;
    }
    return {std::move(*restart)};
}

/// Returns the hand-over of a running unit, before its restart.
std::vector<Change> check_hand_over(const std::vector<Change>& restart, const Generation& next,
                                    const Generation& current, const System& system) {
    const bool restarts = !restart.empty() && restart.front().kind == ChangeKind::restart_unit;
    if (!restarts || !is_handed_over(restart.front().object, next, current) ||
        !system.services->unit_state(restart.front().object).is_active()) {
        return {};
    }
    return {{ChangeKind::hand_over,
             restart.front().object,
             "a stand-in of the new generation answers while it restarts",
             {}}};
}

std::vector<UnitJob> jobs_of(const std::vector<Change>& changes, bool stops) {
    std::vector<UnitJob> jobs;
    for (const auto& change : changes) {
        if (change.kind == ChangeKind::stop_unit && stops) {
            jobs.push_back({JobKind::stop, change.object});
        } else if (change.kind == ChangeKind::start_unit && !stops) {
            jobs.push_back({JobKind::start, change.object});
        } else if (change.kind == ChangeKind::restart_unit && !stops) {
            jobs.push_back({JobKind::restart, change.object});
        }
    }
    return jobs;
}

bool is_wanted(const Generation& generation, const std::string& unit) {
    return has_unit(generation.manifest, unit);
}

/// Returns the stops of running units that are no longer wanted. After the switch of generations
/// only the pending entries list them.
std::vector<Change> check_stops(const Generation& next, const Generation& current,
                                const std::set<std::string>& pending, const System& system) {
    auto units = dropped_units(current, next);
    for (const auto& entry : pending) {
        const bool is_unit = entry != pending_reload && !is_trigger(entry);
        if (is_unit && std::find(units.begin(), units.end(), entry) == units.end()) {
            units.push_back(entry);
        }
    }
    std::vector<Change> changes;
    for (const auto& unit : units) {
        if (!is_wanted(next, unit) && has_begun(system, unit)) {
            changes.push_back({ChangeKind::stop_unit, unit, "no component has it any more", {}});
        }
    }
    return changes;
}

/// Returns the units that are started or restarted, in the order of the changes.
std::vector<std::string> started(const std::vector<Change>& changes) {
    std::vector<std::string> units;
    for (const auto& change : changes) {
        if (change.kind == ChangeKind::start_unit || change.kind == ChangeKind::restart_unit) {
            units.push_back(change.object);
        }
    }
    return units;
}

/// Returns the changes for starting all units at once. A unit is not handed over if one that it is
/// ordered after restarts at the same time: its stand-in would meet the old one.
std::vector<Change> all_at_once(std::vector<Change> changes, const Manifest& manifest) {
    const auto restarting = started(changes);
    std::erase_if(changes, [&](const Change& change) {
        const auto before = units_before(change.object, manifest);
        return change.kind == ChangeKind::hand_over &&
               std::ranges::any_of(restarting,
                                   [&](const auto& unit) { return before.contains(unit); });
    });
    return changes;
}

void start_at_once(const std::vector<Change>& changes, const Generation& next, System& system) {
    with_stand_ins(changes, next, system, [&] { run_jobs(jobs_of(changes, false), next, system); });
}

bool is_other_release(const Generation& next, const Generation& current) {
    const auto& release = current.manifest.kubernetes_version;
    return !release.empty() && release != next.manifest.kubernetes_version;
}

/// Returns the units in the order of roll_out_units() for another release. Otherwise all start at
/// once, and are listed in the order in which they wait for each other.
std::vector<std::string> in_rollout_order(const Generation& next, const Generation& current) {
    const auto& manifest = next.manifest;
    const auto order = is_other_release(next, current) ? rollout_order(manifest) : RolloutOrder{};
    std::vector<std::string> out;
    for (const auto& step : rollout_steps(unit_names(manifest), manifest, order)) {
        out.insert(out.end(), step.begin(), step.end());
    }
    return out;
}

} // namespace

std::vector<Change> check_units(const Generation& next, const Generation& current,
                                const std::set<std::string>& replaced_paths, const System& system) {
    const auto pending = read_pending(system.root);
    auto changes = check_stops(next, current, pending, system);
    const auto impacts = impacted_units(current, next, replaced_paths);
    const auto restart_of = [&](const std::string& unit) -> std::optional<Change> {
        const auto impact = std::ranges::find(impacts, unit, &UnitImpact::unit);
        if (impact != impacts.end()) {
            return Change{ChangeKind::restart_unit, unit, impact->why, impact->diff};
        }
        if (pending.contains(unit)) {
            return Change{ChangeKind::restart_unit,
                          unit,
                          "an interrupted run left it with its old configuration",
                          {}};
        }
        return std::nullopt;
    };
    for (const auto& unit : in_rollout_order(next, current)) {
        const auto before = is_wanted(current, unit) ? Before::unit : Before::nothing;
        auto change = check_unit(unit, restart_of(unit), before, system);
        append(changes, check_hand_over(change, next, current, system));
        append(changes, std::move(change));
    }
    append(changes, check_start(target, system));
    const bool one_by_one =
        is_other_release(next, current) || system.run.rollout == Rollout::step_by_step;
    return one_by_one ? changes : all_at_once(std::move(changes), next.manifest);
}

bool await_starting_units(const Generation& current, System& system) {
    std::vector<UnitJob> jobs;
    for (const auto& entry : current.manifest.units) {
        if (system.services->unit_state(entry.name).is_starting()) {
            // Merges into the start job that is running, or into the next attempt of a failed unit.
            jobs.push_back({JobKind::start, entry.name});
        }
    }
    if (jobs.empty()) {
        return false;
    }
    report(system, Priority::notice, "units", jobs.front().unit,
           "waiting for " + std::to_string(jobs.size()) + " units that are still starting");
    UnitProgress progress(system);
    // Their result is judged by whoever looks at the units next.
    static_cast<void>(system.services->run(jobs, {}, progress));
    return true;
}

Starts apply_units(const std::vector<Change>& changes, const Generation& next, System& system) {
    run_jobs(jobs_of(changes, true), next, system);
    start_at_once(all_at_once(changes, next.manifest), next, system);
    return starts_of(started(changes), system);
}

Starts roll_out_units(const std::vector<Change>& changes, const Generation& next, System& system) {
    run_jobs(jobs_of(changes, true), next, system);
    Starts all;
    const auto steps = rollout_steps(started(changes), next.manifest, rollout_order(next.manifest));
    for (const auto& step : steps) {
        std::vector<Change> now;
        std::copy_if(changes.begin(), changes.end(), std::back_inserter(now), [&](const auto& c) {
            return std::find(step.begin(), step.end(), c.object) != step.end();
        });
        start_at_once(now, next, system);
        const auto starts = starts_of(step, system);
        all.insert(starts.begin(), starts.end());
        if (&step != &steps.back()) {
            watch_starts(all, next, step_window(system.run), system);
        }
    }
    return all;
}

} // namespace k8s_node
