#include "engine/key_renewal.hpp"

#include <algorithm>
#include <array>

#include "cluster_resources/held_object.hpp"
#include "cluster_resources/node_resource.hpp"
#include "cluster_resources/pods_resource.hpp"
#include "engine/resource_table.hpp"
#include "engine/switch.hpp"
#include "generations/pending.hpp"
#include "support/steps.hpp"
#include "unit_resources/unit_resource.hpp"

namespace k8s_node {

namespace {

/// Leaves what is due and chosen. Nothing that is missing or broken is mended by a renewal.
void restrict_keys(Comparison& comparison, const std::set<std::string>& names) {
    auto& keys = comparison.pki;
    std::erase_if(keys.items, [&](const PkiItem& item) {
        return item.state != PkiState::needs_renewal || item.foreign || !names.contains(item.name);
    });
    keys.findings.clear();
    keys.notes.clear();
    keys.changes.clear();
    keys.replaced_paths.clear();
    for (const auto& item : keys.items) {
        keys.changes.push_back(issue_of(item));
        for (const auto& path : item.paths) {
            keys.replaced_paths.insert(path.string());
        }
    }
    comparison.changes = keys.changes;
    comparison.replaced_paths = keys.replaced_paths;
}

/// A unit that is down was stopped by somebody, or waits for an install.
void keep_restarts(std::vector<Change>& changes) {
    std::erase_if(changes, [](const Change& change) {
        return change.kind == ChangeKind::start_unit || change.kind == ChangeKind::stop_unit;
    });
}

} // namespace

CheckedPlan check_renewal(const Desired& desired, const std::set<std::string>& names,
                          const System& system, const std::set<std::string>& replaced) {
    const auto& current = desired.generation;
    Comparison comparison{.next = current, .current = current, .spec = &desired.spec};
    pki_kind().differ(comparison, system);
    restrict_keys(comparison, names);
    comparison.replaced_paths.insert(replaced.begin(), replaced.end());
    append(comparison.changes, check_objects_with(current, replaced));
    unit_kind().differ(comparison, system);
    keep_restarts(comparison.changes);
    if (!comparison.changes.empty()) {
        node_kind().differ(comparison, system);
        pods_kind().differ(comparison, system);
    }
    if (system.services == nullptr) {
        std::erase_if(comparison.changes,
                      [](const Change& change) { return change.kind >= ChangeKind::reload; });
    }
    CheckedPlan checked;
    checked.current = current;
    checked.plan.subject = "profile " + current.manifest.profile + ", Kubernetes " +
                           current.manifest.release + ", node " + current.manifest.node_name;
    checked.plan.changes = std::move(comparison.changes);
    checked.pki = std::move(comparison.pki);
    checked.replaced_paths = std::move(comparison.replaced_paths);
    return checked;
}

std::optional<Outage> execute_renewal(const CheckedPlan& checked, System& system) {
    // After a kill nothing would tell that a service has not read its new certificate.
    note_pending(checked.plan, system.root);
    Application application{.next = checked.current, .keys = &checked.pki.items};
    timed_phase("pki", [&] { apply_kind(pki_kind(), checked.plan, application, system); });
    system.loop.throw_if_to_end();
    return execute_switch(checked.plan, {checked.current}, checked.current, system);
}

} // namespace k8s_node
