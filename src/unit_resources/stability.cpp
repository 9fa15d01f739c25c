#include "unit_resources/stability.hpp"

#include <algorithm>

#include "health/wait.hpp"
#include "support/time.hpp"
#include "systemd/job.hpp"
#include "systemd/stability_watch.hpp"

namespace k8s_node {

namespace {

[[noreturn]] void throw_unstable(const UnitInstability& found, const std::string& when) {
    Error error(found.unit + " did not stay up " + when + ": it " + found.what,
                ExitStatus::not_ready);
    for (const auto& line : found.journal) {
        error.with_detail(line);
    }
    throw error.try_this("systemctl status " + found.unit + "; journalctl -u " + found.unit);
}

void require_readiness(const Starts& starts, const Generation& next,
                       std::chrono::milliseconds patience, EventLoop& loop) {
    for (const auto& [unit, invocation] : starts) {
        const auto* entry = find_unit(next.manifest, unit);
        if (entry != nullptr && entry->ready) {
            with_context("probing " + unit + " again, after its start", [&] {
                const auto prober = make_async_prober(*entry->ready, loop);
                wait_until_ready(loop, *prober, *entry->ready, patience, nullptr);
            });
        }
    }
}

} // namespace

void require_same_starts(const Starts& starts, System& system) {
    for (const auto& [unit, invocation] : starts) {
        const auto state = system.services->unit_state(unit);
        if (!state.is_active() || state.invocation_id != invocation) {
            throw_unstable(describe_instability(state), "after its start");
        }
    }
}

Starts starts_of(const std::vector<std::string>& units, System& system) {
    Starts starts;
    for (const auto& unit : units) {
        if (unit.ends_with(".service")) {
            starts[unit] = system.services->unit_state(unit).invocation_id;
        }
    }
    return starts;
}

std::chrono::milliseconds step_window(const Run& run) {
    return std::min(run.stable_for, std::chrono::milliseconds(std::chrono::seconds(1)));
}

void watch_starts(const Starts& starts, const Generation& next, std::chrono::milliseconds window,
                  System& system, std::chrono::milliseconds patience) {
    if (starts.empty() || window.count() == 0) {
        return;
    }
    std::vector<std::string> services;
    for (const auto& [unit, invocation] : starts) {
        services.push_back(unit);
    }
    if (const auto found = system.services->watch_stability(services, window)) {
        throw_unstable(*found, "for " + human_duration(window) + " after its start");
    }
    require_same_starts(starts, system);
    require_readiness(starts, next, patience, system.loop);
}

} // namespace k8s_node
