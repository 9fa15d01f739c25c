#include "apply/artifact_kind.hpp"
#include "apply/engine.hpp"
#include "apply/generation_kind.hpp"
#include "apply/generation_records.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "node/verbs.hpp"
#include "support/messages.hpp"

namespace k8s_node {

namespace {

void report_plan(const Plan& plan, EventSink& events) {
    const auto count = std::to_string(plan.changes.size());
    events.report({Priority::info,
                   count + " changes to make: " + plan.subject,
                   message::plan_made,
                   {{"K8S_NODE_PHASE", "check"}, {"K8S_NODE_CHANGES", count}}});
}

} // namespace

InstallResult install(const NodeOptions& options, const Reporting& reporting,
                      const OnPlan& on_plan) {
    const auto lock = take_lock(options, "install", reporting.events);
    refuse_pinned_boot(options.root);
    const auto node = with_phase("configuration", [&] { return load_desired(options); });
    const auto services = open_services(options.root);
    auto system = make_system(options, node.spec, services.get(), reporting, "install");
    const Desired desired{node.spec, node.generation};
    remove_leftovers(system);
    const auto checked = with_phase("check", [&] { return check_all(desired, system); });
    on_plan(checked.plan);
    if (!checked.plan.empty()) {
        report_plan(checked.plan, reporting.events);
        with_phase("preflight",
                   [&] { refuse_unfit_machine(options, node, checked.current, reporting.events); });
        execute(checked, desired, system);
        for (const int number : collect_generations_locked(options.root, generations_kept)) {
            report(system, Priority::info, "generation", std::to_string(number),
                   "generation " + std::to_string(number) + " is old and was removed");
        }
    } else if (const auto number = current_generation_number(options.root);
               number && services != nullptr) {
        // A run that was cut off at its very end left this to be said.
        mark_good(*number, system);
    }
    return {checked.plan, node.spec.node_name, node.spec.release};
}

Plan make_plan(const NodeOptions& options, const Reporting& reporting) {
    const auto node = load_desired(options);
    const auto services = open_services(options.root);
    const auto system = make_system(options, node.spec, services.get(), reporting, "install");
    return check_all({node.spec, node.generation}, system).plan;
}

std::size_t fetch(const NodeOptions& options, const Reporting& reporting) {
    const auto lock = take_lock(options, "fetch", reporting.events);
    const auto node = load_desired(options);
    auto system = make_system(options, node.spec, nullptr, reporting, "fetch");
    const Desired desired{node.spec, node.generation};
    const auto changes = check_artifacts(desired, system).changes;
    if (!changes.empty()) {
        apply_artifacts(desired, system);
    }
    return changes.size();
}

} // namespace k8s_node
