#include "engine/wait_until_settled.hpp"

#include <algorithm>

#include "cluster_resources/node_resource.hpp"
#include "engine/switch.hpp"
#include "generations/generation_records.hpp"
#include "generations/pending.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"
#include "unit_resources/unit_changes.hpp"

namespace k8s_node {

namespace {

bool let_come_up(const Generation& current, System& system) {
    if (!await_starting_units(current, system)) {
        return false;
    }
    if (waits_for_node(check_node(current, Kubelet::runs_on, system))) {
        apply_node(current, system);
    }
    return true;
}

/// False for a run that was killed on its way forward, which left services running: the next switch
/// restarts them once.
bool is_rolling_back(int number, const Generation& current, const System& system) {
    return outcome_of(system.root, number) == GenerationOutcome::good &&
           !read_pending(system.root).empty() &&
           std::ranges::any_of(current.manifest.units, [&](const UnitEntry& entry) {
               return !system.services->unit_state(entry.name).is_active();
           });
}

bool finish_rollback(const Generation& current, System& system) {
    const auto number = current_generation_number(system.root);
    if (!number || !is_rolling_back(*number, current, system)) {
        return false;
    }
    report(system, Priority::notice, "rollback", std::to_string(*number),
           "an interrupted run was rolling back to generation " + std::to_string(*number));
    const Target target{current, number};
    Plan plan;
    plan.changes = check_switch_unasked(target, current, system);
    prepare_switch(plan, target, system);
    switch_generation(plan, target, current, system);
    finish_switch(plan, target, system);
    return true;
}

} // namespace

bool wait_until_settled(const Generation& current, System& system) {
    if (system.services == nullptr) {
        return false;
    }
    try {
        const bool came_up = let_come_up(current, system);
        return finish_rollback(current, system) || came_up;
    } catch (const Interrupted&) {
        throw;
    } catch (const std::exception& error) { // the checks that follow report what is wrong
        report(system, Priority::warning, "preflight", "node", error.what());
        return true;
    }
}

} // namespace k8s_node
