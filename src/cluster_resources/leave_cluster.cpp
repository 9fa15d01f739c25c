#include "cluster_resources/leave_cluster.hpp"

#include <filesystem>

#include "cluster/api_client.hpp"
#include "cluster/curl_transport.hpp"
#include "etcd/etcd.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

void say(EventSink& events, Priority priority, const std::string& message) {
    events.report({priority, message, {}, {{"K8S_NODE_PHASE", "leave"}}});
}

/// Returns false if there is no other member.
bool leave_etcd(const EtcdMember& etcd, const Removal& removal) {
    cluster::CurlTransport transport(cluster::etcd_credentials(etcd, removal.root), removal.loop);
    const auto list = cluster::ask_etcd(transport, "/v3/cluster/member/list", json::object());
    if (list.at("members").size() < 2) {
        return false;
    }
    cluster::ask_etcd(transport, "/v3/cluster/member/remove",
                      {{"ID", list.at("header").at("member_id").get<std::string>()}});
    return true;
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
                " (if other members remain: etcdctl member remove)");
    }
}

void delete_node(const Removal& removal, Priority priority) {
    const auto& ledger = removal.scope.ledger;
    const auto& name = ledger.node_name;
    try {
        cluster::CurlTransport transport(read_kubeconfig(ledger.cluster_kubeconfig, removal.root),
                                         removal.loop);
        cluster::ApiClient client(transport);
        if (client.remove(cluster::node_path(name))) {
            say(removal.events, Priority::info, "node " + name + " was deleted from the cluster");
        }
    } catch (const Error& error) {
        say(removal.events, priority,
            "node " + name + " was not deleted from the cluster: " + error.message() +
                " (if the cluster remains: kubectl delete node " + name + ")");
    }
}

} // namespace

void leave_cluster(const Removal& removal) {
    // The Node object first: deleting it may need this etcd member.
    const auto& ledger = removal.scope.ledger;
    const auto& etcd = ledger.provided.etcd;
    const auto kubeconfig = removal.root.at(ledger.cluster_kubeconfig);
    if (!ledger.cluster_kubeconfig.empty() && std::filesystem::exists(kubeconfig)) {
        delete_node(removal, etcd ? Priority::notice : Priority::warning);
    } else if (ledger.provided.kubelet) {
        say(removal.events, Priority::notice,
            "this machine is not allowed to delete its Node object; run on a control plane: "
            "kubectl delete node " +
                ledger.node_name);
    }
    if (etcd && std::filesystem::exists(removal.root.at(etcd->key))) {
        try_leave_etcd(*etcd, removal);
    }
}

} // namespace k8s_node
