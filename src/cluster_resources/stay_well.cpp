#include "cluster_resources/stay_well.hpp"

#include <optional>

#include "cluster_resources/node_resource.hpp"
#include "generations/generation_records.hpp"
#include "loop/background.hpp"
#include "support/steps.hpp"
#include "support/time.hpp"
#include "systemd/job.hpp"

namespace k8s_node {

void stay_well(const Starts& starts, const Generation& next, System& system) {
    const bool worked = newest_with(GenerationOutcome::good, system.root, 0).has_value();
    if (worked && !starts.empty() && system.run.stable_for.count() != 0) {
        report(system, Priority::info, "stability", "node",
               "watching for " + human_duration(system.run.stable_for));
        const StepTimer timer("stability", "node");
        std::optional<Background> node;
        if (!next.manifest.cluster.node_kubeconfig.empty()) {
            node.emplace(system.loop, [&] { hold_node(next, system.run.stable_for, system); });
        }
        watch_starts(starts, next, system.run.stable_for, system);
        if (node) {
            node->finish();
        }
    }
    require_same_starts(starts, system);
}

} // namespace k8s_node
