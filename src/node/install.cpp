#include <chrono>
#include <unistd.h>

#include "apply/artifact_kind.hpp"
#include "apply/engine.hpp"
#include "host/run_lock.hpp"
#include "node/machine.hpp"
#include "node/verbs.hpp"
#include "support/messages.hpp"

namespace k8s_node {

namespace {

constexpr auto lock_patience = std::chrono::minutes(10);

/// Before anything else, so that the first message is not about some file.
void require_root(const NodeOptions& options) {
    if (options.root.is_host() && ::geteuid() != 0) {
        throw Error("only root can make this machine a node", ExitStatus::unsuitable)
            .try_this("run it with sudo; plan, render and config show need no root");
    }
}

host::RunLock take_lock(const NodeOptions& options, const std::string& verb, EventSink& events) {
    require_root(options);
    const auto path = options.root.at(paths::lock);
    make_directories(path.parent_path());
    return host::RunLock::acquire(path, verb, host::RunLock::Clock::now() + lock_patience,
                                  [&](const std::string& holder) {
                                      events.report({Priority::notice,
                                                     "waiting for " + holder,
                                                     message::run_waits,
                                                     {{"K8S_NODE_PHASE", "lock"}}});
                                  });
}

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
    const auto node = with_phase("configuration", [&] { return load_desired(options); });
    const auto services = open_services(options.root);
    auto system = make_system(options, node.spec, services.get(), reporting);
    const Desired desired{node.spec, node.generation};
    const auto checked = with_phase("check", [&] { return check_all(desired, system); });
    on_plan(checked.plan);
    if (!checked.plan.empty()) {
        report_plan(checked.plan, reporting.events);
        with_phase("preflight",
                   [&] { refuse_unfit_machine(options, node, checked.current, reporting.events); });
        execute(checked, desired, system);
    }
    return {checked.plan, node.spec.node_name, node.spec.release};
}

Plan make_plan(const NodeOptions& options, const Reporting& reporting) {
    const auto node = load_desired(options);
    const auto services = open_services(options.root);
    const auto system = make_system(options, node.spec, services.get(), reporting);
    return check_all({node.spec, node.generation}, system).plan;
}

std::size_t fetch(const NodeOptions& options, const Reporting& reporting) {
    const auto lock = take_lock(options, "fetch", reporting.events);
    const auto node = load_desired(options);
    auto system = make_system(options, node.spec, nullptr, reporting);
    const Desired desired{node.spec, node.generation};
    const auto changes = check_artifacts(desired, system);
    if (!changes.empty()) {
        apply_artifacts(desired, system);
    }
    return changes.size();
}

} // namespace k8s_node
