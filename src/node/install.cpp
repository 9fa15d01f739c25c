#include <unistd.h>

#include "engine/engine.hpp"
#include "engine/wait_until_settled.hpp"
#include "etcd/quorum_look.hpp"
#include "generations/generation_records.hpp"
#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "generations/redeploy_state.hpp"
#include "generations/timeline.hpp"
#include "join/joining.hpp"
#include "node/bundled_images.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "node/pinned_configuration.hpp"
#include "node/verbs.hpp"
#include "resources/artifact_resource.hpp"
#include "resources/join_resource.hpp"
#include "support/curl.hpp"
#include "support/interrupt.hpp"
#include "support/messages.hpp"
#include "support/steps.hpp"
#include "unit_resources/hand_over.hpp"

namespace k8s_node {

namespace {

void report_plan(const Plan& plan, EventSink& events) {
    const auto count = std::to_string(plan.changes.size());
    events.report({Priority::info,
                   count + " changes to make: " + plan.subject,
                   message::plan_made,
                   {{"K8S_NODE_PHASE", "check"}, {"K8S_NODE_CHANGES", count}}});
}

void remove_old_generations(System& system) {
    for (const int number : collect_generations_locked(system.root, generations_kept)) {
        report(system, Priority::info, "generation", std::to_string(number),
               "generation " + std::to_string(number) + " was removed because it is old");
    }
}

/// Marks the generation good if an earlier run was killed just before it did so.
void finish_earlier_run(System& system) {
    const auto number = current_generation_number(system.root);
    if (number && system.services != nullptr) {
        mark_good(*number, system);
    }
}

CheckedPlan check(const DesiredNode& node, const Desired& desired, System& system) {
    return timed_phase("check", [&] {
        auto checked = check_all(desired, system);
        const bool settled = changes_release(checked.current, node.spec) &&
                             wait_until_settled(checked.current, system);
        return settled ? check_all(desired, system) : checked;
    });
}

/// Throws all reasons against the plan at once.
void refuse(const NodeOptions& options, const DesiredNode& node, const CheckedPlan& checked,
            Drain drain, System& system) {
    auto findings = check_machine(options, node, checked, system);
    if (!changes_release(checked.current, node.spec)) {
        refuse_errors(findings, "this machine cannot be a node as it is", system.events);
        return;
    }
    const auto check = check_release_change(options, node, checked.current, drain, system);
    append(findings, check.findings);
    refuse_errors(findings,
                  "this node cannot change from " + release_step(checked.current, node.spec) +
                      " as it is",
                  system.events);
    for (const auto& effect : check.lasting) {
        report(system, Priority::notice, "preflight", "lasting",
               "a rollback would not undo this: " + effect);
    }
}

Findings joining_findings(const NodeOptions& options, const DesiredNode& node, EventLoop& loop) {
    return options.join_data == nullptr
               ? Findings{}
               : check_joining(*options.join_data, node.spec, options.root, loop);
}

/// Throws what speaks against joining, before anything of this machine is touched.
void refuse_to_join(const NodeOptions& options, const DesiredNode& node, EventLoop& loop,
                    EventSink& events) {
    auto findings = joining_findings(options, node, loop);
    soften(findings, options.ignored_checks);
    refuse_errors(findings, "this machine cannot join the cluster", events);
}

/// Returns the desired state, after the decision whether this machine begins a cluster or joins it,
/// which is part of the configuration.
DesiredNode load_decided(NodeOptions& options, EventLoop& loop) {
    const auto load = [&] {
        return timed_phase("configuration", [&] { return load_desired(options); });
    };
    auto node = load();
    auto decided = timed_phase("join", [&] {
        return decide_who_begins(options.join_data, node.spec, options.root, loop);
    });
    if (decided) {
        options.join_data = std::move(decided);
        node = load();
    }
    return node;
}

/// Returns a warning if the cluster's etcd has an even number of voters: a second one bears no more
/// losses than one, which nobody notices who has just let it join.
Findings even_voters(const Manifest& manifest, const System& system) {
    const auto& etcd = manifest.provided.etcd;
    if (!etcd || ::geteuid() != 0 || !system.root.is_host()) {
        return {};
    }
    auto findings = explain_quorum(look_at_own_quorum(*etcd, system.root, system.loop));
    std::erase_if(findings, [](const Finding& one) { return one.name != "EtcdEven"; });
    return findings;
}

InstallResult converge(NodeOptions options, const ReleaseChangeOptions& change,
                       const std::string& verb, const Reporting& reporting, const OnPlan& on_plan) {
    const auto lock =
        timed_phase("lock", [&] { return take_lock(options, verb, reporting.events); });
    refuse_pinned_boot(options.root);
    const auto ahead = load_libcurl_ahead();
    EventLoop loop(interrupt_token());
    open_bundle(options);
    if (!options.configuration_from.empty()) {
        place_pinned_configuration(options.configuration_from, options.root, loop,
                                   reporting.events);
    }
    options.join_data =
        timed_phase("join", [&] { return find_join_data(options.join, options.root, loop); });
    const auto node = load_decided(options, loop);
    timed_phase("join", [&] { refuse_to_join(options, node, loop, reporting.events); });
    auto services = open_services(options.root, Services::looked_at, loop);
    auto system = make_system(options, node.spec, services.get(), loop, reporting, verb);
    const Desired desired{node.spec, node.generation};
    remove_leftovers(system);
    const auto checked = check(node, desired, system);
    on_plan(checked.plan);
    InstallResult result{checked.plan, node.spec.node_name, node.spec.release, {}, {}};
    if (checked.plan.empty()) {
        finish_earlier_run(system);
        import_bundled_images(options, node, system);
        return result;
    }
    const KeptTimeline timeline(options.root, verb);
    report_plan(checked.plan, reporting.events);
    services = open_services(options.root, Services::changed, loop);
    system.services = services.get();
    remove_stand_ins(system); // of a killed run; the checks would take them for foreign
    timed_phase("preflight", [&] { refuse(options, node, checked, change.drain, system); });
    keep_join_data(system);
    BundledImages images(options, node, system);
    if (changes_release(checked.current, node.spec) && system.services != nullptr) {
        result.release_change = change_release(checked, desired, change, system);
    } else {
        result.api_outage = execute(checked, desired, system);
    }
    images.finish();
    forget_redeploy(options.root);
    remove_old_generations(system);
    refuse_errors(even_voters(node.generation.manifest, system), "", system.events);
    return result;
}

} // namespace

InstallResult install(const NodeOptions& options, const Reporting& reporting,
                      const OnPlan& on_plan) {
    return converge(options, {}, "install", reporting, on_plan);
}

InstallResult upgrade(const NodeOptions& options, const ReleaseChangeOptions& change,
                      const Reporting& reporting, const OnPlan& on_plan) {
    return converge(options, change, "upgrade", reporting, on_plan);
}

Plan make_plan(NodeOptions options, const ReleaseChangeOptions& change,
               const Reporting& reporting) {
    const auto ahead = load_libcurl_ahead();
    EventLoop loop(interrupt_token());
    open_bundle(options);
    options.join_data = find_join_data(options.join, options.root, loop);
    const auto node = load_decided(options, loop);
    const auto services = open_services(options.root, Services::looked_at, loop);
    const auto system = make_system(options, node.spec, services.get(), loop, reporting, "install");
    require_readable_keys(system);
    const auto checked = check_all({node.spec, node.generation}, system);
    auto plan = checked.plan;
    if (!plan.empty() && ::geteuid() == 0) { // other users cannot see who holds a port
        plan.findings = check_machine(options, node, checked, system);
        append(plan.findings, even_voters(checked.current.manifest, system));
    }
    append(plan.findings, joining_findings(options, node, loop));
    if (changes_release(checked.current, node.spec)) {
        auto check = check_release_change(options, node, checked.current, change.drain, system);
        append(plan.findings, std::move(check.findings));
        plan.lasting = std::move(check.lasting);
    }
    return plan;
}

std::size_t fetch(const NodeOptions& given, const Reporting& reporting) {
    const auto lock = take_lock(given, "fetch", reporting.events);
    auto options = given;
    open_bundle(options);
    const auto node = load_desired(options, OwnAddress::of_no_concern);
    EventLoop loop(interrupt_token());
    auto system = make_system(options, node.spec, nullptr, loop, reporting, "fetch");
    const auto changes = check_artifacts(node.spec, system);
    if (!changes.empty()) {
        auto ledger = read_ledger(options.root);
        ledger.note_directories(paths::configuration, options.root);
        ledger.note_directories(paths::store, options.root);
        write_ledger(options.root, ledger);
        fetch_artifacts(node.spec, system);
    }
    return changes.size();
}

} // namespace k8s_node
