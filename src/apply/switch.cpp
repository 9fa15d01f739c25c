#include "apply/switch.hpp"

#include <algorithm>
#include <filesystem>

#include "apply/cluster_kind.hpp"
#include "apply/file_kind.hpp"
#include "apply/generation_records.hpp"
#include "apply/owed.hpp"
#include "apply/stability.hpp"
#include "apply/unit_kind.hpp"
#include "apply/way_back.hpp"

namespace k8s_node {

namespace {

/// A reload that the generation does not ask for but the units do.
std::vector<Change> check_reload(const std::vector<Change>& changes, const System& system) {
    const bool planned = std::any_of(changes.begin(), changes.end(), [](const Change& change) {
        return change.kind == ChangeKind::reload;
    });
    if (planned || !read_owed(system.root).contains(owed_reload)) {
        return {};
    }
    return {{ChangeKind::reload, "systemd", "an interrupted run did not get to it", {}}};
}

/// Whether to ask the API server: not before an earlier run got as far as a
/// generation, nor without the kubeconfig to ask with. That it does not answer
/// is found out by asking.
ApiServer api_server(const ClusterAccess& cluster, const Generation& current, const Root& root) {
    const bool can_ask = !current.files.empty() && !cluster.admin_kubeconfig.empty() &&
                         std::filesystem::exists(root.at(cluster.admin_kubeconfig));
    return can_ask ? ApiServer::up : ApiServer::not_yet;
}

/// Without systemd only files are changed: what they say takes effect when the
/// machine is booted from them.
std::vector<Change> possible_here(std::vector<Change> changes, const System& system) {
    if (system.services == nullptr) {
        std::erase_if(changes,
                      [](const Change& change) { return change.kind >= ChangeKind::reload; });
    }
    return changes;
}

void reload(System& system) {
    system.services->reload();
    auto owed = read_owed(system.root);
    owed.erase(owed_reload);
    write_owed(system.root, owed);
}

} // namespace

std::future<std::vector<Change>> ask_cluster(const Generation& next, const Generation& current,
                                             const System& system) {
    const auto api = api_server(next.manifest.cluster, current, system.root);
    return std::async(std::launch::async,
                      [&next, &system, api] { return check_objects(next, api, system); });
}

std::vector<Change> check_switch(const Target& target, const Generation& current,
                                 const std::set<std::string>& replaced_paths,
                                 std::future<std::vector<Change>> objects, const System& system) {
    const auto& next = target.generation;
    auto changes = check_files(next, current, system);
    append(changes, check_generation(target, current, system.root));
    append(changes, check_reload(changes, system));
    const auto units = check_units(next, current, replaced_paths, system);
    append(changes, units);
    auto node = check_node(next, kubelet_after(units), system);
    append(changes, objects.get());
    append(changes, std::move(node));
    return possible_here(std::move(changes), system);
}

std::vector<Change> check_switch(const Target& target, const Generation& current,
                                 const System& system) {
    return check_switch(target, current, {}, ask_cluster(target.generation, current, system),
                        system);
}

void prepare_switch(const Plan& plan, const Target& target, System& system) {
    note_owed(plan, system.root);
    with_phase("files", [&] {
        apply_files(plan.between(ChangeKind::set_mode, ChangeKind::activate_file),
                    target.generation, system);
    });
}

int switch_generation(const Plan& plan, const Target& target, const Generation& current,
                      System& system) {
    int number = 0;
    if (!plan.of(ChangeKind::generation).empty()) {
        with_phase("generation", [&] {
            number = publish_generation(target, current, system);
            make_current(number, system);
        });
    }
    if (system.services != nullptr && !plan.of(ChangeKind::reload).empty()) {
        with_phase("units", [&] { reload(system); });
    }
    return number;
}

void finish_switch(const Plan& plan, const Target& target, System& system) {
    if (system.services == nullptr) {
        write_owed(system.root, {}); // a boot does all of it
        return;
    }
    with_phase("units", [&] {
        const auto units = plan.between(ChangeKind::stop_unit, ChangeKind::restart_unit);
        if (system.run.rollout == Rollout::step_by_step) {
            roll_out_units(units, target.generation, system);
        } else {
            apply_units(units, system);
        }
    });
    write_owed(system.root, {});
    with_phase("objects", [&] {
        apply_objects(plan.of(ChangeKind::apply_object), target.generation, system);
    });
    with_phase("node", [&] {
        if (!plan.of(ChangeKind::wait_node).empty()) {
            apply_node(target.generation, system);
        }
        stay_well(plan, target.generation, system);
    });
}

void execute_switch(const Plan& plan, const Target& target, const Generation& current,
                    System& system) {
    const auto before = current_generation_number(system.root);
    const bool switches = !plan.of(ChangeKind::generation).empty();
    prepare_switch(plan, target, system);
    try {
        switch_generation(plan, target, current, system);
        finish_switch(plan, target, system);
    } catch (const Error& error) {
        if (switches && current_generation_number(system.root) == before) {
            throw; // nothing was switched: the disk is full, say
        }
        roll_back_after_failure(error, system);
    }
    const auto number = current_generation_number(system.root);
    if (number && system.services != nullptr) {
        mark_good(*number, system);
    }
}

} // namespace k8s_node
