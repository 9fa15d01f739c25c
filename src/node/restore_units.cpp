#include <algorithm>

#include "apply/activation.hpp"
#include "node/takedown.hpp"
#include "support/error.hpp"

namespace k8s_node {

void restore_logind(Takedown& takedown) {
    const auto& files = takedown.scope.ledger.files;
    if (takedown.services != nullptr && std::ranges::any_of(files, [](const auto& path) {
            return activation_of(path) == logind_unit;
        })) {
        reload_logind(*takedown.services);
    }
}

void restart_others(Takedown& takedown) {
    constexpr std::string_view running = "running ";
    if (takedown.services == nullptr) {
        return;
    }
    std::vector<UnitJob> jobs;
    for (const auto& entry : takedown.scope.ledger.found) {
        if (entry.starts_with(running)) {
            auto unit = entry.substr(running.size());
            // One whose package has been removed meanwhile stays away.
            if (takedown.services->unit_state(unit).is_loaded()) {
                jobs.push_back({JobKind::start, std::move(unit)});
            }
        }
    }
    QuietJobs observer;
    for (const auto& failure : takedown.services->run(jobs, {}, observer)) {
        takedown.events.report(
            {Priority::warning,
             "it ran before the node did, and is not up again: " + describe(failure),
             {},
             {{"K8S_NODE_PHASE", "reset"}}});
    }
}

} // namespace k8s_node
