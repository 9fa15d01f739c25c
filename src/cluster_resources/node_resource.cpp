#include "cluster_resources/node_resource.hpp"

#include <algorithm>
#include <chrono>

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "cluster/drain.hpp"
#include "cluster/node_ready.hpp"
#include "cluster/ownership.hpp"
#include "cluster_resources/cluster_connection.hpp"
#include "cluster_resources/leave_cluster.hpp"
#include "support/messages.hpp"
#include "support/steps.hpp"
#include "unit_resources/beside_units.hpp"

namespace k8s_node {

namespace {

constexpr auto node_ready_deadline = std::chrono::minutes(5);

nlohmann::json missing_of(const nlohmann::json& node, const ClusterAccess& access) {
    return cluster::node_patch(node, {access.node_labels, access.pod_cidr});
}

void complete_node(const Manifest& manifest, const System& system) {
    auto transport = connect(manifest.cluster.admin_kubeconfig, system);
    cluster::ApiClient client(transport);
    const auto path = cluster::node_path(manifest.node_name);
    if (const auto node = client.get(path)) {
        const auto patch = missing_of(*node, manifest.cluster);
        if (!patch.empty()) {
            client.merge_patch(path, patch);
        }
    }
}

/// Returns the start time of the kubelet that runs now, 0 if it is unknown.
std::chrono::sys_seconds kubelet_start(const Provided& provided, const System& system) {
    if (system.services == nullptr || !provided.kubelet) {
        return {};
    }
    const std::chrono::microseconds start(
        system.services->unit_state(provided.kubelet->unit).main_start_us);
    return std::chrono::sys_seconds(std::chrono::floor<std::chrono::seconds>(start));
}

cluster::NodeObserver node_progress(const std::string& name, const System& system) {
    return [name, &system](const cluster::NodeState& state) {
        report(system, Priority::info, "node", name, "node " + name + ": " + state.text(),
               state.phase == cluster::NodePhase::ready ? message::node_ready : "");
    };
}

class NodeKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "node"; }

    /// The cluster's answer counts only while the kubelet runs on.
    void differ(Comparison& comparison, const System& system) const override {
        auto& answer = comparison.cluster.node;
        const bool runs_on = kubelet_after(comparison.changes, comparison.next.manifest.provided) ==
                             Kubelet::runs_on;
        append(comparison.changes,
               runs_on && answer ? answer() : check_node(comparison.next, Kubelet::starts, system));
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::wait_node || change == ChangeKind::update_node ||
               change == ChangeKind::uncordon;
    }

    void apply(const std::vector<Change>& changes, Application& application,
               System& system) const override {
        if (waits_for_node(changes)) {
            const StepTimer timer("ready", "node");
            apply_node(application.next, system);
        }
        if (std::ranges::find(changes, ChangeKind::update_node, &Change::kind) != changes.end()) {
            update_node(application.next, system);
        }
    }

    [[nodiscard]] std::vector<Drift> drift(const Generation& current, int /*number*/,
                                           const System& system) const override {
        std::vector<Drift> drift;
        for (auto& change : check_node(current, Kubelet::runs_on, system)) {
            drift.push_back(
                {std::move(change.object), std::move(change.why), Remedy::install, change.kind});
        }
        return drift;
    }

    /// Kept data make the same etcd member, and the same cluster, again.
    void remove(RemovalStage stage, Removal& removal) const override {
        const auto& scope = removal.scope;
        if (stage == RemovalStage::leave_cluster &&
            (!scope.keep.data || !scope.ledger.provided.etcd)) {
            leave_cluster(removal);
        }
    }
};

} // namespace

const ResourceKind& node_kind() {
    static const NodeKind kind;
    return kind;
}

Kubelet kubelet_after(const std::vector<Change>& unit_changes, const Provided& provided) {
    const bool starts =
        provided.kubelet && std::ranges::any_of(unit_changes, [&](const Change& c) {
            return c.object == provided.kubelet->unit && c.kind != ChangeKind::stop_unit;
        });
    return starts ? Kubelet::starts : Kubelet::runs_on;
}

std::vector<Change> check_node(const Generation& next, Kubelet kubelet, const System& system) {
    const auto& kubeconfig = next.manifest.cluster.node_kubeconfig;
    if (kubeconfig.empty()) {
        return {};
    }
    const auto& name = next.manifest.node_name;
    Change wait{ChangeKind::wait_node, "node " + name, "its kubelet starts", {}};
    if (kubelet == Kubelet::starts) {
        return {wait};
    }
    try {
        auto transport = connect(kubeconfig, system);
        cluster::ApiClient client(transport);
        const auto node = client.get(cluster::node_path(name));
        const auto state = node ? cluster::state_of_node(*node) : cluster::NodeState{};
        std::vector<Change> changes;
        if (state.phase != cluster::NodePhase::ready) {
            wait.why = "is not Ready yet";
            changes.push_back(wait);
        }
        if (node && !next.manifest.cluster.admin_kubeconfig.empty()) {
            const auto patch = missing_of(*node, next.manifest.cluster);
            if (!patch.empty()) {
                changes.push_back({ChangeKind::update_node,
                                   wait.object,
                                   cluster::describe_node_patch(patch),
                                   {}});
            }
        }
        if (node && cluster::is_cordoned_by_us(*node)) {
            changes.push_back({ChangeKind::uncordon,
                               wait.object,
                               "is cordoned: a run that drained it was interrupted",
                               {}});
        }
        return changes;
    } catch (const Error& error) {
        // If its state is unknown it is not Ready; the wait gives the reason.
        return {{ChangeKind::wait_node, wait.object, error.message(), {}}};
    }
}

void update_node(const Generation& next, const System& system) {
    complete_node(next.manifest, system);
    report(system, Priority::info, "node", next.manifest.node_name,
           "node " + next.manifest.node_name + " has its labels and pod network");
}

bool waits_for_node(const std::vector<Change>& changes) {
    return std::ranges::any_of(
        changes, [](const Change& change) { return change.kind == ChangeKind::wait_node; });
}

void apply_node(const Generation& next, System& system) {
    const auto& manifest = next.manifest;
    const auto since = kubelet_start(manifest.provided, system);
    // While a remote control plane does not answer, units that need it may fail.
    const bool is_local = manifest.provided.api_server.has_value();
    bool reachable = is_local;
    wait_beside_units(
        next, system,
        [&] {
            auto transport = connect(manifest.cluster.node_kubeconfig, system);
            cluster::ApiClient client(transport);
            bool to_complete = !manifest.cluster.admin_kubeconfig.empty();
            const auto tell = node_progress(manifest.node_name, system);
            cluster::wait_for_node_ready(
                system.loop, client, manifest.node_name,
                cluster::Clock::now() + node_ready_deadline,
                [&](const cluster::NodeState& state) {
                    reachable = is_local || state.phase != cluster::NodePhase::unreachable;
                    if (to_complete && state.phase >= cluster::NodePhase::not_ready) {
                        complete_node(manifest, system);
                        to_complete = false;
                    }
                    tell(state);
                },
                {.reported_since = since});
        },
        [&] { return !reachable; });
}

void hold_node(const Generation& next, std::chrono::milliseconds window, const System& system) {
    auto transport = connect(next.manifest.cluster.node_kubeconfig, system);
    cluster::ApiClient client(transport);
    const auto& name = next.manifest.node_name;
    cluster::wait_for_node_ready(system.loop, client, name,
                                 cluster::Clock::now() + node_ready_deadline,
                                 node_progress(name, system), {.hold = window});
}

void take_pods_again(const Generation& generation, const System& system) {
    const auto& access = generation.manifest.cluster;
    if (access.node_kubeconfig.empty()) {
        return;
    }
    const auto& kubeconfig =
        access.admin_kubeconfig.empty() ? access.node_kubeconfig : access.admin_kubeconfig;
    // Tried when a signal ends the run too: that is mostly what interrupts a drain.
    auto transport = connect(kubeconfig, system, AtSignal::use_the_grace);
    cluster::ApiClient client(transport);
    const auto& name = generation.manifest.node_name;
    if (cluster::uncordon(client, name)) {
        report(system, Priority::info, "drain", name, "node " + name + " takes pods again");
    }
}

void end_drain(const Generation& generation, const System& system) noexcept {
    try {
        take_pods_again(generation, system);
    } catch (const std::exception& error) {
        const auto& name = generation.manifest.node_name;
        report(system, Priority::warning, "drain", name,
               "node " + name + " is still cordoned (kubectl uncordon " + name +
                   " changes that): " + error.what());
    }
}

} // namespace k8s_node
