#include "engine/early_objects.hpp"

#include <chrono>

#include "cluster_resources/object_resource.hpp"

namespace k8s_node {

EarlyObjects::EarlyObjects(const Plan& plan, const Generation& next, System& system)
    : changes_(plan.of(ChangeKind::apply_object)) {
    const bool starts = !plan.between(ChangeKind::start_unit, ChangeKind::restart_unit).empty();
    if (!changes_.empty() && starts && next.manifest.provided.api_server) {
        attempts_.emplace(system.loop,
                          [this, &next, &system] { apply_when_possible(next, system); });
    }
}

void EarlyObjects::apply_when_possible(const Generation& next, System& system) {
    constexpr std::chrono::milliseconds pause(100);
    for (;; system.loop.pause_until(EventLoop::Clock::now() + pause)) {
        try {
            apply_objects(changes_, next, system);
            is_done_ = true;
            return;
        } catch (const Error&) { // NOLINT(bugprone-empty-catch)
            // The API server starts or restarts, or lacks a namespace yet.
        }
    }
}

bool EarlyObjects::finish() {
    attempts_.reset();
    return is_done_;
}

} // namespace k8s_node
