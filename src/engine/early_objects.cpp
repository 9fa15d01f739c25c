#include "engine/early_objects.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "cluster_resources/object_resource.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

constexpr std::chrono::milliseconds pause(100);

/// Returns false at once when a stop is requested, true after the pause.
bool pauses(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, pause, [] { return false; });
    return !stop.stop_requested();
}

bool apply_when_possible(const std::vector<Change>& changes, const Generation& next, System system,
                         const std::stop_token& stop) {
    do {
        try {
            apply_objects(changes, next, system);
            return true;
        } catch (const Interrupted&) {
            return false;                 // it ends the other waits of this run as well
        } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
            // The API server starts or restarts, or lacks a namespace yet.
        }
    } while (pauses(stop));
    return false;
}

} // namespace

EarlyObjects::EarlyObjects(const Plan& plan, const Generation& next, const System& system) {
    auto changes = plan.of(ChangeKind::apply_object);
    const bool starts = !plan.between(ChangeKind::start_unit, ChangeKind::restart_unit).empty();
    if (changes.empty() || !starts || !next.manifest.provided.api_server) {
        return;
    }
    done_ = std::async(std::launch::async,
                       [changes = std::move(changes), &next, system, stop = stop_.get_token()] {
                           return apply_when_possible(changes, next, system, stop);
                       });
}

bool EarlyObjects::finish() {
    stop_.request_stop();
    return done_.valid() && done_.get();
}

} // namespace k8s_node
