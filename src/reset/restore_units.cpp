#include <algorithm>

#include "reset/reset_steps.hpp"
#include "resources/triggers.hpp"
#include "support/error.hpp"

namespace k8s_node {

void restore_logind(ResetSteps& reset_steps) {
    const auto& files = reset_steps.scope.ledger.files;
    if (reset_steps.services != nullptr && std::ranges::any_of(files, [](const auto& path) {
            return trigger_of(path) == logind_unit;
        })) {
        reload_logind(*reset_steps.services);
    }
}

void restart_others(ResetSteps& reset_steps) {
    constexpr std::string_view running = "running ";
    if (reset_steps.services == nullptr) {
        return;
    }
    std::vector<UnitJob> jobs;
    for (const auto& entry : reset_steps.scope.ledger.found) {
        if (entry.starts_with(running)) {
            auto unit = entry.substr(running.size());
            // A unit whose package was removed in the meantime is skipped.
            if (reset_steps.services->unit_state(unit).is_loaded()) {
                jobs.push_back({JobKind::start, std::move(unit)});
            }
        }
    }
    QuietJobs observer;
    for (const auto& failure : reset_steps.services->run(jobs, {}, observer)) {
        reset_steps.events.report(
            {Priority::warning,
             "it ran before the node was installed, and could not be started again: " +
                 describe(failure),
             {},
             {{"K8S_NODE_PHASE", "reset"}}});
    }
}

} // namespace k8s_node
