#include "apply/cluster_kind.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "apply/beside_units.hpp"
#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "cluster/curl_transport.hpp"
#include "cluster/drain.hpp"
#include "cluster/kubeconfig.hpp"
#include "cluster/node_ready.hpp"
#include "support/messages.hpp"

namespace k8s_node {

namespace {

constexpr auto node_ready_deadline = std::chrono::minutes(5);
constexpr const char* kubelet_unit = "kubelet.service";

cluster::CurlTransport connect(const std::string& kubeconfig, const System& system) {
    return cluster::CurlTransport(cluster::read_kubeconfig(kubeconfig, system.root));
}

/// An object that the generation holds.
struct HeldObject {
    std::string title; ///< "ClusterRoleBinding/k8s-node:kubelet-api-admin"
    nlohmann::json json;
};

std::vector<HeldObject> objects_of(const Generation& generation) {
    std::vector<HeldObject> objects;
    for (const auto& [path, content] : generation.files) {
        if (path.starts_with("objects/")) {
            auto json = nlohmann::json::parse(content);
            const auto name = cluster::name_of(json);
            objects.push_back({name.kind + "/" + name.name, std::move(json)});
        }
    }
    return objects;
}

/// Why an object is to be applied. Where nobody answers, that is the reason,
/// and `silence` keeps it: another wait for the same connection tells no more.
std::optional<std::string> difference(cluster::ApiClient& client, const HeldObject& object,
                                      std::string& silence) {
    if (!silence.empty()) {
        return silence;
    }
    try {
        return client.differs(object.json);
    } catch (const cluster::ConnectionError& error) {
        silence = error.message();
        return silence;
    }
}

/// What the Node object lacks of what only the cluster's owner may write: the
/// labels of its roles, and its pod network where none is recorded.
nlohmann::json node_patch(const nlohmann::json& node, const ClusterAccess& access) {
    nlohmann::json patch = nlohmann::json::object();
    const auto labels = node.at("metadata").value("labels", nlohmann::json::object());
    for (const auto& [key, value] : access.node_labels) {
        if (labels.value(key, std::string("\n")) != value) {
            patch["metadata"]["labels"][key] = value;
        }
    }
    if (!access.pod_cidr.empty() && node.at("spec").value("podCIDR", "").empty()) {
        patch["spec"] = {{"podCIDR", access.pod_cidr}, {"podCIDRs", {access.pod_cidr}}};
    }
    return patch;
}

void complete_node(const Manifest& manifest, const System& system) {
    auto transport = connect(manifest.cluster.admin_kubeconfig, system);
    cluster::ApiClient client(transport);
    const auto path = cluster::node_path(manifest.node_name);
    if (const auto node = client.get(path)) {
        const auto patch = node_patch(*node, manifest.cluster);
        if (!patch.empty()) {
            client.merge_patch(path, patch);
        }
    }
}

/// When the kubelet that runs now was started; 0 where nobody knows.
std::chrono::sys_seconds kubelet_start(const System& system) {
    if (system.services == nullptr) {
        return {};
    }
    const std::chrono::microseconds start(system.services->unit_state(kubelet_unit).main_start_us);
    return std::chrono::sys_seconds(std::chrono::floor<std::chrono::seconds>(start));
}

cluster::NodeObserver node_progress(const std::string& name, const System& system) {
    return [name, &system](const cluster::NodeState& state) {
        report(system, Priority::info, "node", name, "node " + name + ": " + state.text(),
               state.phase == cluster::NodePhase::ready ? message::node_ready : "");
    };
}

} // namespace

std::vector<Change> check_objects(const Generation& next, ApiServer api, const System& system) {
    std::vector<Change> changes;
    const auto& kubeconfig = next.manifest.cluster.admin_kubeconfig;
    if (kubeconfig.empty()) {
        return changes;
    }
    if (api == ApiServer::not_yet) {
        for (const auto& object : objects_of(next)) {
            changes.push_back(
                {ChangeKind::apply_object, object.title, "the API server does not run yet", {}});
        }
        return changes;
    }
    auto transport = connect(kubeconfig, system);
    cluster::ApiClient client(transport);
    std::string silence; // why the API server did not answer; it is asked once
    for (const auto& object : objects_of(next)) {
        if (const auto why = difference(client, object, silence)) {
            changes.push_back({ChangeKind::apply_object, object.title, *why, {}});
        }
    }
    return changes;
}

void apply_objects(const std::vector<Change>& changes, const Generation& next, System& system) {
    if (changes.empty()) {
        return;
    }
    auto transport = connect(next.manifest.cluster.admin_kubeconfig, system);
    cluster::ApiClient client(transport);
    for (const auto& object : objects_of(next)) {
        const bool wanted = std::any_of(changes.begin(), changes.end(),
                                        [&](const Change& c) { return c.object == object.title; });
        if (wanted) {
            with_context("applying " + object.title, [&] { return client.apply(object.json); });
        }
    }
    report(system, Priority::info, "objects", std::to_string(changes.size()),
           std::to_string(changes.size()) + " cluster objects applied", message::objects_applied);
}

Kubelet kubelet_after(const std::vector<Change>& unit_changes) {
    const bool starts = std::any_of(unit_changes.begin(), unit_changes.end(), [](const Change& c) {
        return c.object == kubelet_unit && c.kind != ChangeKind::stop_unit;
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
        if (node && cluster::is_cordoned_by_us(*node)) {
            changes.push_back({ChangeKind::uncordon,
                               wait.object,
                               "takes no pods: a run that drained it did not get to its end",
                               {}});
        }
        return changes;
    } catch (const Error& error) {
        // Not being able to tell is not being Ready; the wait gives the reason.
        return {{ChangeKind::wait_node, wait.object, error.message(), {}}};
    }
}

bool waits_for_node(const std::vector<Change>& changes) {
    return std::ranges::any_of(
        changes, [](const Change& change) { return change.kind == ChangeKind::wait_node; });
}

void apply_node(const Generation& next, System& system) {
    const auto& manifest = next.manifest;
    const auto since = kubelet_start(system);
    // While a control plane elsewhere does not answer, what needs it may fail.
    const bool is_local = has_unit(manifest, "kube-apiserver.service");
    std::atomic<bool> reachable = is_local;
    wait_beside_units(
        next, system,
        [&](const std::stop_token& stop) {
            cluster::CurlTransport transport(
                cluster::read_kubeconfig(manifest.cluster.node_kubeconfig, system.root), stop);
            cluster::ApiClient client(transport);
            bool to_complete = !manifest.cluster.admin_kubeconfig.empty();
            const auto tell = node_progress(manifest.node_name, system);
            cluster::wait_for_node_ready(
                client, manifest.node_name, cluster::Clock::now() + node_ready_deadline,
                [&](const cluster::NodeState& state) {
                    reachable = is_local || state.phase != cluster::NodePhase::unreachable;
                    if (to_complete && state.phase >= cluster::NodePhase::not_ready) {
                        complete_node(manifest, system);
                        to_complete = false;
                    }
                    tell(state);
                },
                {.reported_since = since, .stop = stop});
        },
        [&] { return !reachable; });
}

void hold_node(const Generation& next, std::chrono::milliseconds window, const System& system,
               std::stop_token stop) {
    cluster::CurlTransport transport(
        cluster::read_kubeconfig(next.manifest.cluster.node_kubeconfig, system.root), stop);
    cluster::ApiClient client(transport);
    const auto& name = next.manifest.node_name;
    cluster::wait_for_node_ready(client, name, cluster::Clock::now() + node_ready_deadline,
                                 node_progress(name, system),
                                 {.hold = window, .stop = std::move(stop)});
}

void take_pods_again(const Generation& generation, const System& system) {
    const auto& access = generation.manifest.cluster;
    if (access.node_kubeconfig.empty()) {
        return;
    }
    const auto& kubeconfig =
        access.admin_kubeconfig.empty() ? access.node_kubeconfig : access.admin_kubeconfig;
    // Also when a signal ends the run: the drain is what it mostly interrupts.
    cluster::CurlTransport transport(cluster::read_kubeconfig(kubeconfig, system.root), {},
                                     cluster::Signals::are_passed_over);
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
               "node " + name + " still takes no pods (kubectl uncordon " + name +
                   " changes that): " + error.what());
    }
}

} // namespace k8s_node
