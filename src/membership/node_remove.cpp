#include "membership/node_remove.hpp"

#include "cluster/curl_transport.hpp"
#include "etcd/etcd.hpp"
#include "generations/generation_resource.hpp"
#include "membership/tokens.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

/// Returns the database of this control plane; nullopt if it has none here.
std::optional<EtcdCluster> own_etcd(const Manifest& manifest, const Root& root, EventLoop& loop) {
    if (!manifest.provided.etcd) {
        return std::nullopt;
    }
    const auto credentials = cluster::etcd_credentials(*manifest.provided.etcd, root);
    return EtcdCluster(etcd_connector(credentials, loop), {credentials.server});
}

} // namespace

NodeRemoved remove_node(const Root& root, NodeRemoval removal, const std::string& kubeconfig,
                        EventSink& events) {
    EventLoop loop(interrupt_token());
    // Another administrator's file may be that of another cluster than this machine's.
    const auto manifest = kubeconfig.empty() ? installed_manifest(root) : std::optional<Manifest>();
    cluster::CurlTransport transport(
        read_kubeconfig(kubeconfig.empty() ? administrator_of(manifest) : kubeconfig,
                        kubeconfig.empty() ? root : Root()),
        loop);
    cluster::ApiClient client(transport);
    std::optional<EtcdCluster> etcd;
    if (manifest) {
        etcd = own_etcd(*manifest, root, loop);
        removal.own_node = manifest->node_name;
        removal.has_external_etcd = !etcd;
    }
    const TellDeparture tell = [&](Priority priority, const std::string& message) {
        events.report({priority, message, {}, {{"K8S_NODE_PHASE", "node"}}});
    };
    return remove_node(removal, {client, etcd ? &*etcd : nullptr, tell});
}

} // namespace k8s_node
