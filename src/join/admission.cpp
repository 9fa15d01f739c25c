#include "join/admission.hpp"

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "cluster/json_text.hpp"
#include "cluster/versions.hpp"
#include "join/discovery.hpp"
#include "plan/skew.hpp"
#include "support/time.hpp"
#include "systemd/notify.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;
using nlohmann::json;

/// Returns an object, empty if there is none; nullopt if a bearer of a token may not see it, as in
/// clusters that others have made.
std::optional<json> visible(cluster::ApiClient& client, const std::string& path) {
    constexpr long forbidden = 403;
    try {
        return client.get(path).value_or(json::object());
    } catch (const cluster::ApiError& error) {
        if (error.code() != forbidden) {
            throw;
        }
        return std::nullopt;
    }
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

struct Seen {
    NameHolder holder;
    bool hides_lease = false;
};

Seen look_at(cluster::ApiClient& client, const std::string& name) {
    auto lease = visible(client, cluster::lease_path(name));
    return {{visible(client, cluster::node_path(name)).value_or(json::object()),
             lease.value_or(json::object())},
            !lease.has_value()};
}

/// A machine that was replaced under its name has reported a moment ago, too. So a holder that
/// looks alive is watched until it reports once more, or has not done so for too long: without a
/// Lease, which a kubelet makes some seconds after its Node object, until the cluster takes it for
/// lost.
std::optional<Finding> watch_name(cluster::ApiClient& client, const Newcomer& newcomer,
                                  EventLoop& loop) {
    constexpr std::chrono::milliseconds pause{500};
    constexpr std::chrono::seconds patience{90}; // for clocks that differ
    const auto& name = newcomer.node_name;
    const auto deadline = cluster::Clock::now() + patience;
    auto seen = look_at(client, name);
    const auto first = cluster::renewal_of(seen.holder.lease);
    for (;;) {
        auto taken = check_name(newcomer, seen.holder, utc_now());
        if (!taken || seen.hides_lease || cluster::renewal_of(seen.holder.lease) != first ||
            cluster::Clock::now() >= deadline) {
            return taken;
        }
        tell_status("looks whether the machine that had the name " + name + " is still alive");
        loop.pause_until(cluster::Clock::now() + pause);
        seen = look_at(client, name);
    }
}

} // namespace

std::optional<Finding> check_name(const Newcomer& newcomer, const NameHolder& holder,
                                  std::chrono::sys_seconds now) {
    const auto machine = text_at(part_at(part_at(holder.node, "status"), "nodeInfo"), "machineID");
    const bool is_this_one = !machine.empty() && machine == newcomer.machine_id;
    if (is_this_one || !cluster::is_alive(holder, now)) {
        return std::nullopt;
    }
    return Finding{"NodeName", Severity::error,
                   "the cluster has a node " + newcomer.node_name +
                       " already, which is alive on another machine",
                   "give this one another name (--set node.name=NAME); if it is to take that one's "
                   "place: k8s-node-install reset there, or on a control plane k8s-node-install "
                   "node remove " +
                       newcomer.node_name};
}

Findings check_admission(const JoinData& data, const Newcomer& newcomer, EventLoop& loop) {
    Findings findings;
    ask_cluster_of(data, loop, [&](const JoinData& at) {
        findings.clear();
        auto transport = connect_with_token(at, loop);
        cluster::ApiClient client(transport);
        append(findings, check_version(cluster::server_version(client), newcomer));
        if (auto taken = watch_name(client, newcomer, loop)) {
            findings.push_back(*std::move(taken));
        }
    });
    return findings;
}

} // namespace k8s_node
