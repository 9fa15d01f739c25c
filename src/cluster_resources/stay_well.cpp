#include "cluster_resources/stay_well.hpp"

#include <future>
#include <stop_token>

#include "cluster_resources/node_resource.hpp"
#include "generations/generation_records.hpp"
#include "support/steps.hpp"
#include "support/time.hpp"
#include "systemd/job.hpp"

namespace k8s_node {

namespace {

/// Watches the node while the services are watched: two connections, one thread each. The
/// destructor ends it, also when the services fail first.
class NodeWatch {
public:
    NodeWatch(const Generation& next, const System& system) {
        if (!next.manifest.cluster.node_kubeconfig.empty()) {
            held_ = std::async(std::launch::async, [&next, &system, token = stop_.get_token()] {
                hold_node(next, system.run.stable_for, system, token);
            });
        }
    }
    NodeWatch(const NodeWatch&) = delete;
    NodeWatch& operator=(const NodeWatch&) = delete;
    NodeWatch(NodeWatch&&) = delete;
    NodeWatch& operator=(NodeWatch&&) = delete;
    ~NodeWatch() { stop_.request_stop(); }

    void finish() {
        if (held_.valid()) {
            held_.get();
        }
    }

private:
    std::stop_source stop_;
    std::future<void> held_; ///< last member: its destructor waits for the thread
};

} // namespace

void stay_well(const Starts& starts, const Generation& next, System& system) {
    const bool worked = newest_with(GenerationOutcome::good, system.root, 0).has_value();
    if (worked && !starts.empty() && system.run.stable_for.count() != 0) {
        report(system, Priority::info, "stability", "node",
               "watching for " + human_duration(system.run.stable_for));
        const StepTimer timer("stability", "node");
        NodeWatch node(next, system);
        watch_starts(starts, next, system.run.stable_for, system);
        node.finish();
    }
    require_same_starts(starts, system);
}

} // namespace k8s_node
