#include "join/admission.hpp"

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "cluster/json_text.hpp"
#include "cluster/node_ready.hpp"
#include "cluster/versions.hpp"
#include "join/discovery.hpp"
#include "plan/skew.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;
using nlohmann::json;

/// A kubelet renews its Lease every ten seconds; after 40 without it the node counts as lost.
constexpr std::chrono::seconds recent{60};

/// Returns an object, empty if there is none or if a bearer of a token may not see it, as in
/// clusters that others have made.
json visible(cluster::ApiClient& client, const std::string& path) {
    constexpr long forbidden = 403;
    try {
        return client.get(path).value_or(json::object());
    } catch (const cluster::ApiError& error) {
        if (error.code() != forbidden) {
            throw;
        }
        return json::object();
    }
}

/// Kubernetes writes leases with microseconds: "2027-03-01T12:00:00.000000Z".
std::optional<std::chrono::sys_seconds> renewal_of(const json& lease) {
    auto text = text_at(part_at(lease, "spec"), "renewTime");
    if (const auto dot = text.find('.'); dot != std::string::npos) {
        text = text.substr(0, dot) + "Z";
    }
    return parse_utc(text);
}

Findings check_version(const std::string& server, const Newcomer& newcomer) {
    const auto version = parse_version(server);
    if (!version) {
        return {};
    }
    SkewInput input;
    input.node_name = newcomer.node_name;
    input.roles.kubelet = true;
    input.current = input.target = newcomer.kubelet;
    input.other_api_servers = {*version};
    auto findings = check_skew(input);
    if (newcomer.is_control_plane && findings.empty()) {
        input.roles = {.api_server = true, .controllers = true, .kubelet = true};
        findings = check_skew(input);
    }
    return findings;
}

} // namespace

std::optional<Finding> check_name(const Newcomer& newcomer, const NameHolder& holder,
                                  std::chrono::sys_seconds now) {
    const auto state = cluster::state_of_node(holder.node);
    const auto machine = text_at(part_at(part_at(holder.node, "status"), "nodeInfo"), "machineID");
    const auto renewed = renewal_of(holder.lease);
    const bool is_this_one = !machine.empty() && machine == newcomer.machine_id;
    if (state.phase != cluster::NodePhase::ready || is_this_one ||
        (renewed && *renewed + recent < now)) {
        return std::nullopt;
    }
    return Finding{"NodeName", Severity::error,
                   "the cluster has a node " + newcomer.node_name +
                       " already, which is alive on another machine",
                   "give this one another name (--set node.name=NAME); if that machine is gone, "
                   "wait a minute, or kubectl delete node " +
                       newcomer.node_name};
}

Findings check_admission(const JoinData& data, const Newcomer& newcomer, EventLoop& loop) {
    Findings findings;
    ask_cluster_of(data, [&](const JoinData& at) {
        findings.clear();
        auto transport = connect_with_token(at, loop);
        cluster::ApiClient client(transport);
        append(findings, check_version(cluster::server_version(client), newcomer));
        const auto& name = newcomer.node_name;
        const NameHolder holder{
            visible(client, cluster::node_path(name)),
            visible(client, "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/" +
                                cluster::escape_segment(name))};
        if (auto taken = check_name(newcomer, holder, utc_now())) {
            findings.push_back(*std::move(taken));
        }
    });
    return findings;
}

} // namespace k8s_node
