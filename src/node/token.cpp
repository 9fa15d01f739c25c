#include "node/token.hpp"

#include "cluster/curl_transport.hpp"
#include "generations/generation_resource.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

/// Returns a connection as administrator of the cluster.
cluster::CurlTransport connect_as_admin(const NodeOptions& options, EventLoop& loop) {
    const auto manifest = installed_manifest(options.root);
    if (!manifest || !manifest->provided.api_server || manifest->cluster.admin_kubeconfig.empty()) {
        throw Error("this machine is no control plane of a cluster", ExitStatus::unsuitable)
            .try_this("run it on a node with profile single or master");
    }
    return cluster::CurlTransport(read_kubeconfig(manifest->cluster.admin_kubeconfig, options.root),
                                  loop);
}

} // namespace

IssuedToken create_token(const NodeOptions& options, const TokenRequest& request,
                         EventSink& events) {
    EventLoop loop(interrupt_token());
    auto transport = connect_as_admin(options, loop);
    cluster::ApiClient client(transport);
    return issue_token(client, request, loop, events);
}

std::vector<TokenInfo> list_tokens(const NodeOptions& options) {
    EventLoop loop(interrupt_token());
    auto transport = connect_as_admin(options, loop);
    cluster::ApiClient client(transport);
    return list_tokens(client);
}

void delete_token(const NodeOptions& options, const std::string& id) {
    EventLoop loop(interrupt_token());
    auto transport = connect_as_admin(options, loop);
    cluster::ApiClient client(transport);
    remove_token(client, id);
}

} // namespace k8s_node
