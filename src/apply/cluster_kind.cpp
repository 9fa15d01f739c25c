#include "apply/cluster_kind.hpp"

#include <algorithm>
#include <chrono>

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "cluster/curl_transport.hpp"
#include "cluster/kubeconfig.hpp"
#include "cluster/node_ready.hpp"
#include "support/messages.hpp"

namespace k8s_node {

namespace {

constexpr auto node_ready_deadline = std::chrono::minutes(5);

cluster::CurlTransport connect(const std::string& kubeconfig, const System& system) {
    return cluster::CurlTransport(cluster::read_kubeconfig(kubeconfig, system.root));
}

std::string node_json_path(const NodeSpec& spec) {
    return cluster::node_path(spec.node_name);
}

/// What the Node object lacks of what only the cluster's owner may write: the
/// labels of its roles, and its pod network where none is recorded.
nlohmann::json node_patch(const nlohmann::json& node, const NodeSpec& spec) {
    nlohmann::json patch = nlohmann::json::object();
    const auto labels = node.at("metadata").value("labels", nlohmann::json::object());
    for (const auto& [key, value] : spec.node_labels) {
        if (labels.value(key, std::string("\n")) != value) {
            patch["metadata"]["labels"][key] = value;
        }
    }
    if (!spec.pod_cidr.empty() && node.at("spec").value("podCIDR", "").empty()) {
        patch["spec"] = {{"podCIDR", spec.pod_cidr}, {"podCIDRs", {spec.pod_cidr}}};
    }
    return patch;
}

void complete_node(const NodeSpec& spec, const System& system) {
    auto transport = connect(spec.cluster_kubeconfig, system);
    cluster::ApiClient client(transport);
    if (const auto node = client.get(node_json_path(spec))) {
        const auto patch = node_patch(*node, spec);
        if (!patch.empty()) {
            client.merge_patch(node_json_path(spec), patch);
        }
    }
}

} // namespace

std::vector<Change> check_objects(const Desired& desired, ApiServer api, const System& system) {
    std::vector<Change> changes;
    const auto& spec = desired.spec;
    if (spec.cluster_kubeconfig.empty()) {
        return changes;
    }
    if (api == ApiServer::not_yet) {
        for (const auto& object : spec.objects) {
            changes.push_back(
                {ChangeKind::apply_object, object.title, "the API server does not run yet", {}});
        }
        return changes;
    }
    auto transport = connect(spec.cluster_kubeconfig, system);
    cluster::ApiClient client(transport);
    for (const auto& object : spec.objects) {
        try {
            if (const auto why = client.differs(nlohmann::json::parse(object.json))) {
                changes.push_back({ChangeKind::apply_object, object.title, *why, {}});
            }
        } catch (const cluster::ConnectionError& error) {
            changes.push_back({ChangeKind::apply_object, object.title, error.message(), {}});
        }
    }
    return changes;
}

void apply_objects(const std::vector<Change>& changes, const Desired& desired, System& system) {
    if (changes.empty()) {
        return;
    }
    auto transport = connect(desired.spec.cluster_kubeconfig, system);
    cluster::ApiClient client(transport);
    for (const auto& object : desired.spec.objects) {
        const bool wanted = std::any_of(changes.begin(), changes.end(),
                                        [&](const Change& c) { return c.object == object.title; });
        if (wanted) {
            with_context("applying " + object.title,
                         [&] { return client.apply(nlohmann::json::parse(object.json)); });
        }
    }
    report(system, Priority::info, "objects", std::to_string(changes.size()),
           std::to_string(changes.size()) + " cluster objects applied", message::objects_applied);
}

std::vector<Change> check_node(const Desired& desired, ApiServer api, const System& system) {
    const auto& spec = desired.spec;
    if (spec.node_kubeconfig.empty()) {
        return {};
    }
    const Change wait{ChangeKind::wait_node, "node " + spec.node_name, "is not Ready yet", {}};
    if (api == ApiServer::not_yet) {
        return {wait};
    }
    try {
        auto transport = connect(spec.node_kubeconfig, system);
        cluster::ApiClient client(transport);
        const auto node = client.get(node_json_path(spec));
        const bool ready = node && cluster::state_of_node(*node).phase == cluster::NodePhase::ready;
        return ready ? std::vector<Change>() : std::vector<Change>{wait};
    } catch (const Error& error) {
        // Not being able to tell is not being Ready; the wait gives the reason.
        return {{ChangeKind::wait_node, wait.object, error.message(), {}}};
    }
}

void apply_node(const Desired& desired, System& system) {
    const auto& spec = desired.spec;
    auto transport = connect(spec.node_kubeconfig, system);
    cluster::ApiClient client(transport);
    bool to_complete = !spec.cluster_kubeconfig.empty();
    cluster::wait_for_node_ready(
        client, spec.node_name, cluster::Clock::now() + node_ready_deadline,
        [&](const cluster::NodeState& state) {
            if (to_complete && state.phase >= cluster::NodePhase::not_ready) {
                complete_node(spec, system);
                to_complete = false;
            }
            report(system, Priority::info, "node", spec.node_name,
                   "node " + spec.node_name + ": " + state.text(),
                   state.phase == cluster::NodePhase::ready ? message::node_ready : "");
        });
}

} // namespace k8s_node
