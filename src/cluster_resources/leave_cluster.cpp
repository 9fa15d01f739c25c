#include "cluster_resources/leave_cluster.hpp"

#include <filesystem>

#include "cluster/curl_transport.hpp"
#include "departure/remains.hpp"
#include "etcd/etcd.hpp"
#include "etcd/etcd_cluster.hpp"
#include "join/identity.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

void say(EventSink& events, Priority priority, const std::string& message) {
    events.report({priority, message, {}, {{"K8S_NODE_PHASE", "leave"}}});
}

/// This node's member, and the others, as it knows them.
struct OwnPlace {
    EtcdCluster cluster;
    std::vector<Member> members;
    std::uint64_t id = 0;
};

OwnPlace own_place(const EtcdMember& etcd, const Removal& removal) {
    const auto credentials = cluster::etcd_credentials(etcd, removal.root);
    OwnPlace place{{etcd_connector(credentials, removal.loop), {credentials.server}}, {}, 0};
    const auto list = place.cluster.ask("/v3/cluster/member/list", json::object());
    place.members = read_members(list);
    place.id = answering_member(list);
    return place;
}

/// Returns false if there is no other member.
bool leave_etcd(const EtcdMember& etcd, const Removal& removal) {
    constexpr std::chrono::milliseconds pause{250};
    const auto deadline = EventLoop::Clock::now() + std::chrono::seconds(15);
    for (;;) {
        auto place = own_place(etcd, removal);
        try {
            return place.members.size() > 1 && place.cluster.remove_member(place.id);
        } catch (const cluster::EtcdError& refusal) {
            if (!refusal.is_unsettled() || EventLoop::Clock::now() >= deadline) {
                throw;
            }
        }
        removal.loop.pause_until(EventLoop::Clock::now() + pause);
    }
}

/// Returns why the others need this member; nullopt if they do not, or if it does not answer.
std::optional<std::string> why_needed(const EtcdMember& etcd, const Removal& removal) {
    try {
        auto place = own_place(etcd, removal);
        return place.members.size() < 2 ? std::nullopt
                                        : why_not_remove(place.members, place.id,
                                                         place.cluster.answering(place.members));
    } catch (const Interrupted&) {
        throw;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

void try_leave_etcd(const EtcdMember& etcd, const Removal& removal) {
    try {
        if (leave_etcd(etcd, removal)) {
            say(removal.events, Priority::info, "this member was removed from etcd");
        }
    } catch (const Interrupted&) {
        throw;
    } catch (const std::exception& error) {
        say(removal.events, Priority::warning,
            std::string("this member was not removed from etcd: ") + error.what() +
                " (if other members remain, on one of them: k8s-node-install node remove " +
                removal.scope.ledger.node_name + ")");
    }
}

/// Returns the kubeconfig with which this node may leave, a kubelet's if it has none of an
/// administrator; empty if it has neither.
std::string kubeconfig_to_leave(const Removal& removal) {
    const auto& ledger = removal.scope.ledger;
    for (const std::string& path :
         {ledger.cluster_kubeconfig, std::string(paths::kubelet_kubeconfig)}) {
        if (!path.empty() && std::filesystem::exists(removal.root.at(path))) {
            return path;
        }
    }
    return {};
}

void leave_api(const Removal& removal) {
    const auto& ledger = removal.scope.ledger;
    const auto& name = ledger.node_name;
    const auto kubeconfig = kubeconfig_to_leave(removal);
    const auto tell = [&](Priority priority, const std::string& message) {
        say(removal.events, priority, message);
    };
    if (kubeconfig.empty()) {
        return;
    }
    try {
        cluster::CurlTransport transport(read_kubeconfig(kubeconfig, removal.root), removal.loop);
        cluster::ApiClient client(transport);
        if (kubeconfig == ledger.cluster_kubeconfig) {
            delete_remains(client, name, tell);
        } else {
            delete_node(client, name, tell);
        }
    } catch (const Error& error) {
        // A machine with a database may be the whole cluster, whose API server is gone already.
        tell(ledger.provided.etcd ? Priority::notice : Priority::warning,
             "node " + name + " was not deleted from the cluster: " + error.message() +
                 " (if the cluster remains, on a control plane: k8s-node-install node remove " +
                 name + ")");
    }
}

} // namespace

void require_majority_without(const Removal& removal) {
    const auto& etcd = removal.scope.ledger.provided.etcd;
    if (!etcd || removal.scope.keep.data || !std::filesystem::exists(removal.root.at(etcd->key))) {
        return;
    }
    if (const auto why = why_needed(*etcd, removal)) {
        throw Error("this machine cannot leave its cluster now: " + *why, ExitStatus::unsuitable)
            .try_this("bring the other members of etcd back, or replace them; if they are gone for "
                      "good, stop the cluster's database here and run the same command again: "
                      "systemctl stop " +
                      etcd->unit);
    }
}

void leave_cluster(const Removal& removal) {
    // The Node object first: deleting it may need this etcd member.
    const auto& etcd = removal.scope.ledger.provided.etcd;
    leave_api(removal);
    if (etcd && std::filesystem::exists(removal.root.at(etcd->key))) {
        try_leave_etcd(*etcd, removal);
    }
}

} // namespace k8s_node
