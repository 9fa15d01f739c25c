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

enum class Membership { alone, among_others, left };

Membership leave_etcd(const EtcdMember& etcd, const Root& root) {
    cluster::CurlTransport transport(cluster::etcd_credentials(etcd, root));
    const auto list = cluster::ask_etcd(transport, "/v3/cluster/member/list", json::object());
    if (list.at("members").size() < 2) {
        return Membership::alone;
    }
    cluster::ask_etcd(transport, "/v3/cluster/member/remove",
                      {{"ID", list.at("header").at("member_id").get<std::string>()}});
    return Membership::left;
}

Membership try_leave_etcd(const EtcdMember& etcd, const Root& root, EventSink& events) {
    try {
        const auto membership = leave_etcd(etcd, root);
        if (membership == Membership::left) {
            say(events, Priority::info, "this member was removed from etcd");
        }
        return membership;
    } catch (const Interrupted&) {
        throw;
    } catch (const std::exception& error) {
        say(events, Priority::warning,
            std::string("this member was not removed from etcd: ") + error.what() +
                " (if other members remain: etcdctl member remove)");
        return Membership::among_others;
    }
}

void delete_node(const Ledger& ledger, const Root& root, EventSink& events, Priority priority) {
    const auto& name = ledger.node_name;
    try {
        cluster::CurlTransport transport(read_kubeconfig(ledger.cluster_kubeconfig, root));
        cluster::ApiClient client(transport);
        if (client.remove(cluster::node_path(name))) {
            say(events, Priority::info, "node " + name + " was deleted from the cluster");
        }
    } catch (const Error& error) {
        say(events, priority,
            "node " + name + " was not deleted from the cluster: " + error.message() +
                " (if the cluster remains: kubectl delete node " + name + ")");
    }
}

} // namespace

void leave_cluster(const Ledger& ledger, const Root& root, EventSink& events) {
    // The Node object first: deleting it may need this etcd member.
    const auto& etcd = ledger.provided.etcd;
    const auto kubeconfig = root.at(ledger.cluster_kubeconfig);
    if (!ledger.cluster_kubeconfig.empty() && std::filesystem::exists(kubeconfig)) {
        delete_node(ledger, root, events, etcd ? Priority::notice : Priority::warning);
    } else if (ledger.provided.kubelet) {
        say(events, Priority::notice,
            "this machine is not allowed to delete its Node object; run on a control plane: "
            "kubectl delete node " +
                ledger.node_name);
    }
    if (etcd && std::filesystem::exists(root.at(etcd->key))) {
        try_leave_etcd(*etcd, root, events);
    }
}

} // namespace k8s_node
