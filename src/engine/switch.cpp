#include "engine/switch.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cluster_resources/node_resource.hpp"
#include "cluster_resources/object_resource.hpp"
#include "cluster_resources/pods_resource.hpp"
#include "cluster_resources/seed_token_resource.hpp"
#include "cluster_resources/stay_well.hpp"
#include "engine/api_downtime.hpp"
#include "engine/automatic_rollback.hpp"
#include "engine/early_objects.hpp"
#include "engine/resource_table.hpp"
#include "etcd/etcd_downgrade.hpp"
#include "generations/generation_records.hpp"
#include "generations/pending.hpp"
#include "loop/background.hpp"
#include "resources/current_generation_resource.hpp"
#include "resources/directory_resource.hpp"
#include "resources/file_resource.hpp"
#include "resources/join_resource.hpp"
#include "resources/triggers.hpp"
#include "support/interrupt.hpp"
#include "support/steps.hpp"
#include "unit_resources/hand_over.hpp"
#include "unit_resources/unit_resource.hpp"

namespace k8s_node {

namespace {

/// Returns whether to ask the API server: not before an earlier run has made a generation, nor
/// without the kubeconfig. Whether it answers shows when it is asked.
ApiServer api_server(const ClusterAccess& cluster, const Generation& current, const Root& root) {
    const bool can_ask = !current.files.empty() && !cluster.admin_kubeconfig.empty() &&
                         std::filesystem::exists(root.at(cluster.admin_kubeconfig));
    return can_ask ? ApiServer::up : ApiServer::not_yet;
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

using Answer = Eventually<std::vector<Change>>;

void apply_rest(EarlyObjects& early, const Plan& plan, Application& application, System& system) {
    auto changes = changes_of(object_kind(), plan);
    if (early.finish()) {
        std::erase_if(changes,
                      [](const Change& change) { return change.kind == ChangeKind::apply_object; });
    }
    if (!changes.empty()) {
        object_kind().apply(changes, application, system);
    }
}

void mark_current_good(System& system) {
    const auto number = current_generation_number(system.root);
    if (number && system.services != nullptr) {
        mark_good(*number, system);
    }
}

/// `objects` end with this, before a rollback begins.
void finish_with(std::unique_ptr<EarlyObjects> objects, const Plan& plan, const Target& target,
                 System& system) {
    Application application{.next = target.generation};
    timed_phase("units", [&] { apply_kind(unit_kind(), plan, application, system); });
    note_unit_steps(plan, system);
    write_pending(system.root, {});
    timed_phase("objects", [&] {
        apply_rest(*objects, plan, application, system);
        apply_kind(seed_token_kind(), plan, application, system);
    });
    timed_phase("node", [&] {
        apply_kind(node_kind(), plan, application, system);
        apply_kind(joined_kind(), plan, application, system);
        apply_kind(pods_kind(), plan, application, system);
        stay_well(application.starts, target.generation, system);
        if (plan.of(ChangeKind::uncordon).empty()) {
            end_drain(target.generation, system);
        } else {
            take_pods_again(target.generation, system);
        }
    });
}

} // namespace

ClusterAnswers ask_cluster(const Generation& next, const Generation& current,
                           const System& system) {
    const auto api = api_server(next.manifest.cluster, current, system.root);
    const auto objects = std::make_shared<Answer>(system.loop, [&next, &current, &system, api] {
        return check_objects(next, current, api, system);
    });
    const auto ask_node = [&next, &system] { return check_node(next, Kubelet::runs_on, system); };
    if (api != ApiServer::up) {
        return {[objects] { return objects->get(); }, ask_node};
    }
    const auto node = std::make_shared<Answer>(system.loop, ask_node);
    return {[objects] { return objects->get(); }, [node] { return node->get(); }};
}

void compare(Comparison& comparison, const System& system) {
    for (const auto* kind : kinds_in_effect()) {
        kind->differ(comparison, system);
    }
    // Without systemd only files are changed: they take effect when the machine is booted from
    // them.
    if (system.services == nullptr) {
        std::erase_if(comparison.changes,
                      [](const Change& change) { return change.kind >= ChangeKind::reload; });
    }
}

std::vector<Change> check_switch(const Target& target, const Generation& current,
                                 const System& system) {
    Comparison comparison{.next = target.generation,
                          .current = current,
                          .number = target.number,
                          .cluster = ask_cluster(target.generation, current, system)};
    compare(comparison, system);
    return std::move(comparison.changes);
}

std::vector<Change> check_switch_unasked(const Target& target, const Generation& current,
                                         const System& system) {
    Comparison comparison{.next = target.generation, .current = current, .number = target.number};
    compare(comparison, system);
    return std::move(comparison.changes);
}

void prepare_switch(const Plan& plan, const Target& target, System& system) {
    note_pending(plan, system.root);
    note_objects(plan.changes, target.generation, system);
    remove_stand_ins(system);
    timed_phase("files", [&] {
        Application application{.next = target.generation};
        for (const auto* kind : {&join_kind(), &directory_kind(), &file_kind(), &trigger_kind()}) {
            apply_kind(*kind, plan, application, system);
        }
    });
}

void switch_generation(const Plan& plan, const Target& target, const Generation& current,
                       System& system) {
    Application application{
        .next = target.generation, .current = &current, .number = target.number};
    apply_kind(generation_kind(), plan, application, system);
}

void finish_switch(const Plan& plan, const Target& target, System& system) {
    if (system.services == nullptr) {
        write_pending(system.root, {}); // the next boot does all of it
        return;
    }
    finish_with(std::make_unique<EarlyObjects>(plan, target.generation, system), plan, target,
                system);
}

void execute_first_switch(const Plan& plan, const Target& target, const Generation& current,
                          const std::function<void()>& fetch_the_rest, System& system) {
    const auto before = current_generation_number(system.root);
    prepare_switch(plan, target, system);
    or_roll_back(plan, before, system, [&] { switch_generation(plan, target, current, system); });
    // Units that need them start already.
    auto objects = std::make_unique<EarlyObjects>(plan, target.generation, system);
    fetch_the_rest();
    or_roll_back(plan, before, system,
                 [&] { finish_with(std::move(objects), plan, target, system); });
    mark_current_good(system);
}

std::optional<Outage> execute_switch(const Plan& plan, const Target& target,
                                     const Generation& current, System& system) {
    const auto before = current_generation_number(system.root);
    EtcdDowngrade downgrade(target.generation, current, system);
    downgrade.lower_data();
    prepare_switch(plan, target, system);
    ApiDowntime downtime(plan, target.generation, system.loop);
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
        report(system, Priority::info, "units",
               target.generation.manifest.provided.api_server->unit, downtime_text(*outage));
    }
    return outage;
}

} // namespace k8s_node
