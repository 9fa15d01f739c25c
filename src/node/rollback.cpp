#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/switch.hpp"
#include "generations/generation_records.hpp"
#include "generations/timeline.hpp"
#include "generations/usable_generation.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "plan/skew.hpp"
#include "rotation/two_authorities.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

int choose(const Root& root, std::optional<int> number, std::optional<int> current) {
    if (number) {
        return *number;
    }
    const auto good = newest_with(GenerationOutcome::good, root, current.value_or(0), current);
    if (!good) {
        throw Error(current ? "there is no good generation before generation " +
                                  std::to_string(*current)
                            : "nothing is installed here: there is no current generation",
                    ExitStatus::usage)
            .try_this("k8s-node-install generation list shows all of them; "
                      "rollback N selects one");
    }
    return *good;
}

/// Returns what a step between two minor versions leaves behind, in either direction: the newer one
/// may have written what the older one cannot read.
std::vector<std::string> lasting_between(const Manifest& one, const Manifest& other) {
    SkewInput step;
    step.current = parse_version(one.kubernetes_version).value_or(Version{});
    step.target = parse_version(other.kubernetes_version).value_or(Version{});
    step.current_etcd = etcd_version(one.provided);
    step.target_etcd = etcd_version(other.provided);
    step.roles.api_server = other.provided.api_server.has_value();
    auto back = step;
    std::swap(back.current, back.target);
    std::swap(back.current_etcd, back.target_etcd);
    auto effects = lasting_effects(step);
    std::ranges::move(lasting_effects(back), std::back_inserter(effects));
    return effects;
}

} // namespace

RollbackResult rollback(const NodeOptions& options, std::optional<int> number,
                        const Reporting& reporting, const OnPlan& on_plan) {
    const auto lock = take_lock(options, "rollback", reporting.events);
    refuse_pinned_boot(options.root);
    const auto& root = options.root;
    RollbackResult result;
    result.from = current_generation_number(root);
    result.to = choose(root, number, result.from);
    EventLoop loop(interrupt_token());
    const auto services = open_services(root, Services::changed, loop);
    // Without configuration: the generation has all it needs.
    auto system = make_system(options, NodeSpec{}, services.get(), loop, reporting, "rollback");
    const auto generation = read_usable_generation(result.to, system);
    require_works_now(generation, root);
    const auto current = read_current_generation(root);
    const Target target{generation, result.to};
    result.plan.subject = "generation " + std::to_string(result.to) + ", profile " +
                          generation.manifest.profile + ", Kubernetes " +
                          generation.manifest.release;
    result.plan.changes = check_switch(target, current, system);
    result.plan.lasting = lasting_between(current.manifest, generation.manifest);
    for (const auto& effect : result.plan.lasting) {
        report(system, Priority::warning, "preflight", "lasting", effect);
    }
    on_plan(result.plan);
    if (!result.plan.empty()) {
        const KeptTimeline timeline(root, "rollback");
        result.api_outage = execute_switch(result.plan, target, current, system);
    }
    return result;
}

} // namespace k8s_node
