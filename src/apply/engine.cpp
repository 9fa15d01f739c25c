#include "apply/engine.hpp"

#include <future>
#include <stop_token>

#include "apply/artifact_kind.hpp"
#include "apply/aside.hpp"
#include "apply/drift.hpp"
#include "apply/first_install.hpp"
#include "apply/ledger.hpp"
#include "apply/owed.hpp"
#include "apply/pods_kind.hpp"
#include "apply/switch.hpp"
#include "plan/impact.hpp"
#include "support/interrupt.hpp"
#include "support/steps.hpp"
#include "systemd/unit_snapshot.hpp"

namespace k8s_node {

namespace {

/// A unit of one of our names that runs before there is any of ours, such as a
/// distribution's containerd: ours takes its place, and reset starts it again.
void note_running(const NodeSpec& spec, const System& system, Ledger& ledger) {
    for (const auto& service : spec.services) {
        if (system.services != nullptr && !ledger.units.contains(service.unit) &&
            system.services->unit_state(service.unit).is_active()) {
            ledger.note_running(service.unit);
        }
    }
}

/// Keys and the store are ours from before they are there; host files and
/// links note themselves.
void note_ownership(const CheckedPlan& checked, const NodeSpec& spec, const System& system) {
    auto ledger = read_ledger(system.root);
    note_running(spec, system, ledger);
    ledger.note_node(spec, system.root);
    for (const auto& item : checked.pki.items) {
        if (item.state != PkiState::missing && !item.foreign) {
            continue; // what is ours has been noted, what is kept stays somebody's
        }
        if (item.foreign && put_aside(system.root.at(item.paths.front()))) {
            ledger.aside.insert(item.paths.front().string()); // before it counts as ours
        }
        for (const auto& path : item.paths) {
            // A key without its certificate can be the operator's.
            const bool replaced = item.foreign && path == item.paths.front();
            if (replaced || !attributes_of(system.root.at(path))) {
                if (is_put_back(ledger, path.string(), system.root)) {
                    ledger.aside.erase(path.string()); // and then taken away by somebody else
                }
                ledger.note_file(path.string(), system.root);
                ledger.keys.insert(path.string());
            }
        }
    }
    ledger.note_directories(paths::generations, system.root);
    ledger.note_directories(paths::store, system.root);
    write_ledger(system.root, ledger);
}

/// The units to restart for what is replaced before the switch, which can still
/// fail: all the others go on as they are until then and owe nothing.
std::set<std::string> units_with_replaced_files(const CheckedPlan& checked,
                                                const Generation& next) {
    std::set<std::string> units;
    for (const auto* generation : {&checked.current, &next}) {
        for (const auto& impact :
             impacted_units(*generation, *generation, checked.replaced_paths)) {
            units.insert(impact.unit);
        }
    }
    return units;
}

/// What the generation needs before it can be switched to: the network on one
/// side, this disk on the other. Both end before an error of either is thrown.
void fetch_and_issue(const CheckedPlan& checked, const Desired& desired, System& system) {
    std::stop_source stop;
    const std::stop_callback from_outside(system.fetch_options.stop, [&] { stop.request_stop(); });
    system.fetch_options.stop = stop.get_token();
    std::future<void> fetching;
    if (!checked.plan.of(ChangeKind::fetch).empty()) {
        fetching = std::async(std::launch::async, [&] {
            timed_phase("fetch", [&] { apply_artifacts(desired, system, system.fetches); });
        });
    }
    try {
        timed_phase("pki", [&] { apply_pki(checked.pki.items, system); });
    } catch (...) {
        stop.request_stop();
        if (fetching.valid()) {
            fetching.wait();
        }
        throw;
    }
    if (fetching.valid()) {
        fetching.get();
    }
    throw_if_interrupted(); // while nothing that runs has been touched
}

} // namespace

void remove_leftovers(const System& system) {
    system.store.remove_leftovers();
    remove_unfinished_generation(system.root);
}

CheckedPlan check_all(const Desired& desired, const System& system) {
    CheckedPlan checked;
    const auto& spec = desired.spec;
    checked.current = read_current_generation(system.root);
    const auto& before = checked.current.manifest.release;
    const bool steps = !before.empty() && before != spec.release;
    checked.plan.subject = "profile " + spec.profile + ", Kubernetes " +
                           (steps ? before + " to " : "") + spec.release + ", node " +
                           spec.node_name;
    auto cluster = ask_cluster(desired.generation, checked.current, system);
    checked.pki = check_pki(system);
    auto& changes = checked.plan.changes;
    auto artifacts = check_artifacts(desired, system);
    append(changes, artifacts.changes);
    append(changes, checked.pki.changes);
    checked.plan.notes = checked.pki.notes;
    auto looking = system;
    std::optional<UnitSnapshot> units;
    if (system.services != nullptr) {
        looking.services = &units.emplace(*system.services);
    }
    auto& replaced = artifacts.replaced_paths;
    replaced.insert(checked.pki.replaced_paths.begin(), checked.pki.replaced_paths.end());
    for (const auto& drift : find_overrides(checked.current, looking)) {
        checked.plan.notes.push_back(drift.object + " " + drift.what);
    }
    append(changes, check_switch({desired.generation}, checked.current, replaced,
                                 std::move(cluster), looking));
    append(changes, check_pods(desired.generation, changes, looking));
    checked.replaced_paths = std::move(replaced);
    return checked;
}

std::optional<Outage> execute(const CheckedPlan& checked, const Desired& desired, System& system,
                              const std::function<void()>& before_switch) {
    refuse_errors(checked.pki.findings, "the keys and certificates that are there cannot be used");
    // First, while what is not there yet can be told from what is.
    note_ownership(checked, desired.spec, system);
    note_owed(units_with_replaced_files(checked, desired.generation), system.root);
    if (can_start_early(checked.plan, system)) {
        execute_first(checked, desired, system);
        return std::nullopt;
    }
    fetch_and_issue(checked, desired, system);
    before_switch();
    fix_settings(desired.spec, system.root);
    return execute_switch(checked.plan, {desired.generation}, checked.current, system);
}

} // namespace k8s_node
