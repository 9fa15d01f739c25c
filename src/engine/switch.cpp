#include "engine/switch.hpp"

#include <algorithm>
#include <filesystem>

#include "engine/api_downtime.hpp"
#include "engine/automatic_rollback.hpp"
#include "etcd/etcd_downgrade.hpp"
#include "generations/generation_records.hpp"
#include "generations/pending.hpp"
#include "resources/file_resource.hpp"
#include "resources/hand_over.hpp"
#include "resources/node_resource.hpp"
#include "resources/object_resource.hpp"
#include "resources/pods_resource.hpp"
#include "resources/stability.hpp"
#include "resources/unit_resource.hpp"
#include "support/interrupt.hpp"
#include "support/steps.hpp"

namespace k8s_node {

namespace {

/// Returns a reload if the units need one although the generation does not change. systemd knows
/// none of them after a boot in which the store was incomplete.
std::vector<Change> check_reload(const Generation& next, const std::vector<Change>& changes,
                                 const System& system) {
    const bool planned = std::any_of(changes.begin(), changes.end(), [](const Change& change) {
        return change.kind == ChangeKind::reload;
    });
    if (planned) {
        return {};
    }
    if (read_pending(system.root).contains(pending_reload)) {
        return {{ChangeKind::reload, "systemd", "pending from an interrupted run", {}}};
    }
    for (const auto& unit : next.manifest.units) {
        if (system.services != nullptr && !system.services->unit_state(unit.name).is_known()) {
            return {{ChangeKind::reload, "systemd", "it does not know " + unit.name, {}}};
        }
    }
    return {};
}

/// Returns whether to ask the API server: not before an earlier run has made a generation, nor
/// without the kubeconfig. Whether it answers shows when it is asked.
ApiServer api_server(const ClusterAccess& cluster, const Generation& current, const Root& root) {
    const bool can_ask = !current.files.empty() && !cluster.admin_kubeconfig.empty() &&
                         std::filesystem::exists(root.at(cluster.admin_kubeconfig));
    return can_ask ? ApiServer::up : ApiServer::not_yet;
}

/// Returns all changes except those in the cluster.
std::vector<Change> check_this_machine(const Target& target, const Generation& current,
                                       const std::set<std::string>& replaced_paths,
                                       const System& system) {
    const auto& next = target.generation;
    auto changes = check_files(next, current, system);
    append(changes, check_generation(target, current, system.root));
    append(changes, check_reload(next, changes, system));
    append(changes, check_units(next, current, replaced_paths, system));
    return changes;
}

/// Without systemd only files are changed: they take effect when the machine is booted from them.
std::vector<Change> possible_here(std::vector<Change> changes, const System& system) {
    if (system.services == nullptr) {
        std::erase_if(changes,
                      [](const Change& change) { return change.kind >= ChangeKind::reload; });
    }
    return changes;
}

void reload(System& system) {
    system.services->reload();
    auto pending = read_pending(system.root);
    pending.erase(pending_reload);
    write_pending(system.root, pending);
}

/// An error of the disk, a library or a server is as good a reason to roll back as one of ours.
[[noreturn]] void roll_back_from(const Error& why, const Plan& plan, std::optional<int> before,
                                 System& system) {
    const bool switches = !plan.of(ChangeKind::generation).empty();
    if (switches && current_generation_number(system.root) == before) {
        throw Error(why); // nothing was switched, for example because the disk is full
    }
    roll_back_after_failure(why, switches ? before : std::nullopt, system);
}

template <typename Step>
void or_roll_back(const Plan& plan, std::optional<int> before, System& system, Step&& step) {
    try {
        step();
    } catch (const Interrupted&) {
        throw; // nothing is wrong with the generation: the next run continues with it
    } catch (const Error& error) {
        roll_back_from(error, plan, before, system);
    } catch (const std::exception& error) {
        roll_back_from(Error(error.what()), plan, before, system);
    }
}

/// systemd knows best when a unit began to start and when it was ready.
void note_unit_steps(const Plan& plan, System& system) {
    const auto moment = [](std::uint64_t microseconds) {
        return StepClock::time_point(std::chrono::microseconds(microseconds));
    };
    for (const auto& change : plan.between(ChangeKind::start_unit, ChangeKind::restart_unit)) {
        const auto state = system.services->unit_state(change.object);
        if (state.begun_us != 0 && state.ready_us >= state.begun_us) {
            note_step("start", change.object, moment(state.begun_us), moment(state.ready_us));
        }
    }
}

void mark_current_good(System& system) {
    const auto number = current_generation_number(system.root);
    if (number && system.services != nullptr) {
        mark_good(*number, system);
    }
}

} // namespace

ClusterAnswers ask_cluster(const Generation& next, const Generation& current,
                           const System& system) {
    const auto api = api_server(next.manifest.cluster, current, system.root);
    const auto node_policy = api == ApiServer::up ? std::launch::async : std::launch::deferred;
    return {
        std::async(std::launch::async, [&next, &current, &system,
                                        api] { return check_objects(next, current, api, system); }),
        std::async(node_policy,
                   [&next, &system] { return check_node(next, Kubelet::runs_on, system); })};
}

std::vector<Change> check_switch(const Target& target, const Generation& current,
                                 const std::set<std::string>& replaced_paths,
                                 ClusterAnswers cluster, const System& system) {
    auto changes = check_this_machine(target, current, replaced_paths, system);
    auto node = kubelet_after(changes, target.generation.manifest.provided) == Kubelet::runs_on
                    ? cluster.node.get()
                    : check_node(target.generation, Kubelet::starts, system);
    append(changes, cluster.objects.get());
    append(changes, std::move(node));
    return possible_here(std::move(changes), system);
}

std::vector<Change> check_switch(const Target& target, const Generation& current,
                                 const System& system) {
    auto changes =
        check_switch(target, current, {}, ask_cluster(target.generation, current, system), system);
    append(changes, check_pods(target.generation, changes, system));
    return changes;
}

std::vector<Change> check_switch_unasked(const Target& target, const Generation& current,
                                         const System& system) {
    auto changes = check_this_machine(target, current, {}, system);
    append(changes, check_objects(target.generation, current, ApiServer::not_yet, system));
    append(changes, check_node(target.generation, Kubelet::starts, system));
    append(changes, check_pods(target.generation, changes, system));
    return changes;
}

void prepare_switch(const Plan& plan, const Target& target, System& system) {
    note_pending(plan, system.root);
    note_objects(plan.changes, target.generation, system);
    remove_stand_ins(system);
    timed_phase("files", [&] {
        apply_files(plan.between(ChangeKind::set_mode, ChangeKind::trigger), target.generation,
                    system);
    });
}

void switch_generation(const Plan& plan, const Target& target, const Generation& current,
                       System& system) {
    if (!plan.of(ChangeKind::generation).empty()) {
        timed_phase("generation", [&] {
            const int number = publish_generation(target, current, system);
            note_previous(number, current_generation_number(system.root), system);
            make_current(number, system);
        });
    }
    if (system.services != nullptr && !plan.of(ChangeKind::reload).empty()) {
        timed_phase("units", [&] { reload(system); });
    }
}

void finish_switch(const Plan& plan, const Target& target, System& system) {
    if (system.services == nullptr) {
        write_pending(system.root, {}); // the next boot does all of it
        return;
    }
    Starts starts;
    timed_phase("units", [&] {
        const auto units = plan.between(ChangeKind::hand_over, ChangeKind::restart_unit);
        if (system.run.rollout == Rollout::step_by_step) {
            starts = roll_out_units(units, target.generation, system);
        } else {
            starts = apply_units(units, target.generation, system);
        }
    });
    note_unit_steps(plan, system);
    write_pending(system.root, {});
    timed_phase("objects", [&] {
        apply_objects(plan.between(ChangeKind::apply_object, ChangeKind::remove_object),
                      target.generation, system);
    });
    timed_phase("node", [&] {
        if (!plan.of(ChangeKind::wait_node).empty()) {
            const StepTimer timer("ready", "node");
            apply_node(target.generation, system);
        }
        if (!plan.of(ChangeKind::update_node).empty()) {
            update_node(target.generation, system);
        }
        if (!plan.of(ChangeKind::start_pod).empty()) {
            apply_pods(target.generation, system);
        }
        stay_well(starts, target.generation, system);
        if (plan.of(ChangeKind::uncordon).empty()) {
            end_drain(target.generation, system);
        } else {
            take_pods_again(target.generation, system);
        }
    });
}

void execute_first_switch(const Plan& plan, const Target& target, const Generation& current,
                          const std::function<void()>& fetch_the_rest, System& system) {
    const auto before = current_generation_number(system.root);
    prepare_switch(plan, target, system);
    or_roll_back(plan, before, system, [&] { switch_generation(plan, target, current, system); });
    fetch_the_rest();
    or_roll_back(plan, before, system, [&] { finish_switch(plan, target, system); });
    mark_current_good(system);
}

std::optional<Outage> execute_switch(const Plan& plan, const Target& target,
                                     const Generation& current, System& system) {
    const auto before = current_generation_number(system.root);
    EtcdDowngrade downgrade(target.generation, current, system);
    downgrade.lower_data();
    prepare_switch(plan, target, system);
    ApiDowntime downtime(plan, target.generation);
    try {
        or_roll_back(plan, before, system, [&] {
            switch_generation(plan, target, current, system);
            finish_switch(plan, target, system);
        });
    } catch (Error& error) {
        downtime.end(error);
        throw;
    }
    mark_current_good(system);
    const auto outage = downtime.end();
    if (outage) {
        report(system, Priority::info, "units", "kube-apiserver", downtime_text(*outage));
    }
    return outage;
}

} // namespace k8s_node
