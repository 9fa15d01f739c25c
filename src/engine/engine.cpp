#include "engine/engine.hpp"

#include <optional>

#include "engine/drift.hpp"
#include "engine/first_install.hpp"
#include "engine/resource_table.hpp"
#include "engine/switch.hpp"
#include "generations/backup.hpp"
#include "generations/ledger.hpp"
#include "generations/pending.hpp"
#include "loop/background.hpp"
#include "plan/impact.hpp"
#include "resources/artifact_resource.hpp"
#include "support/steps.hpp"
#include "systemd/unit_snapshot.hpp"

namespace k8s_node {

namespace {

/// Records units with our names that run before any of ours exist, such as a distribution's
/// containerd: ours replaces it, and reset starts it again.
void note_running(const NodeSpec& spec, const System& system, Ledger& ledger) {
    for (const auto& service : spec.services) {
        if (system.services != nullptr && !ledger.units.contains(service.unit) &&
            system.services->unit_state(service.unit).is_active()) {
            ledger.note_running(service.unit);
        }
    }
}

/// Records keys and the store as ours before they exist; host files and links are recorded when
/// they are written.
void note_ownership(const CheckedPlan& checked, const NodeSpec& spec, const System& system) {
    auto ledger = read_ledger(system.root);
    note_running(spec, system, ledger);
    ledger.note_node(spec, system.root);
    for (const auto& item : checked.pki.items) {
        if (item.state != PkiState::missing && !item.foreign) {
            continue; // what is ours is recorded already, and what is kept stays foreign
        }
        if (item.foreign && back_up(system.root.at(item.paths.front()))) {
            ledger.backups.insert(item.paths.front().string()); // before it counts as ours
        }
        for (const auto& path : item.paths) {
            // A key without its certificate can be the operator's.
            const bool replaced = item.foreign && path == item.paths.front();
            if (replaced || !attributes_of(system.root.at(path))) {
                if (is_restored(ledger, path.string(), system.root)) {
                    ledger.backups.erase(path.string()); // and then removed by somebody else
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

/// Returns the units whose files are replaced before the switch, which can still fail; all others
/// run unchanged until then and have nothing pending.
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

/// Prepares what the generation needs before the switch: fetching uses the network, issuing the
/// processors. An error of either ends the other.
void fetch_and_issue(const CheckedPlan& checked, const Desired& desired, System& system) {
    const auto& plan = checked.plan;
    Application application{
        .next = desired.generation, .spec = &desired.spec, .keys = &checked.pki.items};
    std::optional<Background> fetching;
    if (!plan.of(ChangeKind::fetch).empty()) {
        fetching.emplace(system.loop, [&] {
            timed_phase("fetch", [&] { apply_kind(artifact_kind(), plan, application, system); });
        });
    }
    timed_phase("pki", [&] { apply_kind(pki_kind(), plan, application, system); });
    if (fetching) {
        fetching->finish();
    }
    system.loop.throw_if_to_end(); // while nothing that runs has been touched
}

/// Returns "profile single, Kubernetes 1.36.5 to 1.36.6, node n1".
std::string subject_of(const NodeSpec& spec, const Generation& current) {
    const auto& before = current.manifest.release;
    const bool steps = !before.empty() && before != spec.release;
    return "profile " + spec.profile + ", Kubernetes " + (steps ? before + " to " : "") +
           spec.release + ", node " + spec.node_name;
}

} // namespace

void remove_leftovers(const System& system) {
    system.store.remove_leftovers();
    remove_unfinished_generation(system.root);
}

CheckedPlan check_all(const Desired& desired, const System& system) {
    CheckedPlan checked;
    checked.current = read_current_generation(system.root);
    checked.plan.subject = subject_of(desired.spec, checked.current);
    Comparison comparison{.next = desired.generation,
                          .current = checked.current,
                          .spec = &desired.spec,
                          .cluster = ask_cluster(desired.generation, checked.current, system)};
    auto looking = system;
    std::optional<UnitSnapshot> units;
    if (system.services != nullptr) {
        looking.services =
            &units.emplace(*system.services, units_of({&checked.current, &desired.generation}));
    }
    compare(comparison, looking);
    checked.plan.notes = comparison.pki.notes;
    for (const auto& drift : find_overrides(checked.current, looking)) {
        checked.plan.notes.push_back(drift.object + " " + drift.what);
    }
    checked.plan.changes = std::move(comparison.changes);
    checked.pki = std::move(comparison.pki);
    checked.replaced_paths = std::move(comparison.replaced_paths);
    return checked;
}

std::optional<Outage> execute(const CheckedPlan& checked, const Desired& desired, System& system,
                              const std::function<void()>& before_switch) {
    refuse_errors(checked.pki.findings, "existing keys and certificates cannot be used");
    // First, while what does not exist yet can be told from what does.
    note_ownership(checked, desired.spec, system);
    note_pending(units_with_replaced_files(checked, desired.generation), system.root);
    if (can_start_early(checked.plan, system)) {
        execute_first(checked, desired, system);
        return std::nullopt;
    }
    fetch_and_issue(checked, desired, system);
    before_switch();
    fix_settings(desired.generation.manifest, system.root);
    return execute_switch(checked.plan, {desired.generation}, checked.current, system);
}

} // namespace k8s_node
