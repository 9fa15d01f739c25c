#include "apply/engine.hpp"

#include <algorithm>
#include <filesystem>
#include <future>
#include <stop_token>

#include "apply/artifact_kind.hpp"
#include "apply/cluster_kind.hpp"
#include "apply/file_kind.hpp"
#include "apply/generation_kind.hpp"
#include "apply/owed.hpp"
#include "apply/unit_kind.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

void append(std::vector<Change>& to, std::vector<Change> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// The changes whose kinds lie between two kinds, both included.
std::vector<Change> between(const Plan& plan, ChangeKind first, ChangeKind last) {
    std::vector<Change> out;
    std::copy_if(plan.changes.begin(), plan.changes.end(), std::back_inserter(out),
                 [&](const Change& change) { return change.kind >= first && change.kind <= last; });
    return out;
}

/// Units that run with inputs that are about to be replaced, and a reload that
/// is about to be needed; noted before the first of those changes.
void note_owed(const Plan& plan, const Root& root) {
    auto owed = read_owed(root);
    const auto before = owed;
    for (const auto& change : plan.of(ChangeKind::restart_unit)) {
        owed.insert(change.object);
    }
    if (!plan.of(ChangeKind::reload).empty()) {
        owed.insert(owed_reload);
    }
    if (owed != before) {
        write_owed(root, owed);
    }
}

/// A reload that the generation does not ask for but the units do.
void check_reload(std::vector<Change>& changes, const System& system) {
    const bool planned = std::any_of(changes.begin(), changes.end(), [](const Change& change) {
        return change.kind == ChangeKind::reload;
    });
    if (!planned && read_owed(system.root).contains(owed_reload)) {
        changes.push_back(
            {ChangeKind::reload, "systemd", "an interrupted run did not get to it", {}});
    }
}

/// Whether to ask the API server: not before an earlier run got as far as a
/// generation, nor without the kubeconfig to ask with. That it does not answer
/// is found out by asking.
ApiServer api_server(const NodeSpec& spec, const Generation& current, const Root& root) {
    const bool can_ask = !current.files.empty() && !spec.cluster_kubeconfig.empty() &&
                         std::filesystem::exists(root.at(spec.cluster_kubeconfig));
    return can_ask ? ApiServer::up : ApiServer::not_yet;
}

/// Everything before the switch: the network on one side, this disk on the
/// other. Both end before an error of either is thrown.
void prepare(const CheckedPlan& checked, const Desired& desired, System& system) {
    std::stop_source stop;
    system.fetch_options.stop = stop.get_token();
    std::future<void> fetching;
    if (!checked.plan.of(ChangeKind::fetch).empty()) {
        fetching = std::async(std::launch::async, [&] {
            with_phase("fetch", [&] { apply_artifacts(desired, system); });
        });
    }
    try {
        note_owed(checked.plan, system.root);
        with_phase("pki", [&] { apply_pki(checked.pki.items, system); });
        with_phase("files", [&] {
            apply_files(between(checked.plan, ChangeKind::write_file, ChangeKind::activate_file),
                        desired, system);
        });
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
}

} // namespace

CheckedPlan check_all(const Desired& desired, const System& system) {
    CheckedPlan checked;
    const auto& spec = desired.spec;
    checked.plan.subject =
        "profile " + spec.profile + ", Kubernetes " + spec.release + ", node " + spec.node_name;
    checked.current = read_current_generation(system.root);
    checked.pki = check_pki(system);
    auto& changes = checked.plan.changes;
    append(changes, check_artifacts(desired, system));
    append(changes, checked.pki.changes);
    append(changes, check_files(desired, checked.current, system));
    append(changes, check_generation(desired, checked.current, system.root));
    check_reload(changes, system);
    const auto units = check_units(desired, checked.current, checked.pki.replaced_paths, system);
    append(changes, units);
    append(changes, check_objects(desired, api_server(spec, checked.current, system.root), system));
    append(changes,
           check_node(desired, units.empty() ? ApiServer::up : ApiServer::not_yet, system));
    return checked;
}

void execute(const CheckedPlan& checked, const Desired& desired, System& system) {
    const auto& plan = checked.plan;
    prepare(checked, desired, system);
    if (!plan.of(ChangeKind::generation).empty()) {
        with_phase("generation", [&] { apply_generation(desired, system); });
    }
    if (system.services == nullptr) {
        return;
    }
    if (!plan.of(ChangeKind::reload).empty()) {
        with_phase("units", [&] { system.services->reload(); });
        auto owed = read_owed(system.root);
        owed.erase(owed_reload);
        write_owed(system.root, owed);
    }
    with_phase("units", [&] {
        apply_units(between(plan, ChangeKind::stop_unit, ChangeKind::restart_unit), system);
    });
    write_owed(system.root, {});
    with_phase("objects",
               [&] { apply_objects(plan.of(ChangeKind::apply_object), desired, system); });
    if (!plan.of(ChangeKind::wait_node).empty()) {
        with_phase("node", [&] { apply_node(desired, system); });
    }
}

} // namespace k8s_node
