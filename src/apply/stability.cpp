#include "apply/stability.hpp"

#include <algorithm>
#include <future>

#include "apply/cluster_kind.hpp"
#include "apply/generation_records.hpp"
#include "support/error.hpp"
#include "systemd/job.hpp"

namespace k8s_node {

namespace {

std::vector<std::string> started_units(const Plan& plan) {
    std::vector<std::string> units;
    for (const auto& change : plan.between(ChangeKind::start_unit, ChangeKind::restart_unit)) {
        units.push_back(change.object);
    }
    return units;
}

} // namespace

void watch_units(const std::vector<std::string>& units, System& system) {
    std::vector<std::string> services;
    std::copy_if(units.begin(), units.end(), std::back_inserter(services),
                 [](const std::string& unit) { return unit.ends_with(".service"); });
    if (services.empty() || system.run.stable_for.count() == 0) {
        return;
    }
    const auto found = system.services->watch_stability(services, system.run.stable_for);
    if (!found) {
        return;
    }
    Error error(found->unit + " did not stay well for " + human_duration(system.run.stable_for) +
                    " after its start: it " + found->what,
                ExitStatus::not_ready);
    for (const auto& line : found->journal) {
        error.with_detail(line);
    }
    throw error.try_this("systemctl status " + found->unit + "; journalctl -u " + found->unit);
}

void stay_well(const Plan& plan, const Generation& next, System& system) {
    const auto units = started_units(plan);
    const bool worked = newest_with(GenerationOutcome::good, system.root, 0).has_value();
    if (units.empty() || !worked || system.run.stable_for.count() == 0) {
        return;
    }
    report(system, Priority::info, "stability", "node",
           "watching for " + human_duration(system.run.stable_for));
    // Two connections, to systemd and to the API server: one thread each.
    std::future<void> node;
    if (!next.manifest.cluster.node_kubeconfig.empty()) {
        node =
            std::async(std::launch::async, [&] { hold_node(next, system.run.stable_for, system); });
    }
    watch_units(units, system);
    if (node.valid()) {
        node.get();
    }
}

} // namespace k8s_node
