#include "membership/way_back.hpp"

#include "cluster/api_servers.hpp"
#include "etcd/etcd.hpp"
#include "etcd/etcd_cluster.hpp"
#include "generations/generation_resource.hpp"
#include "membership/tokens.hpp"

namespace k8s_node {

namespace {

/// Returns how many members etcd has; 0 if this node's own, which may be broken, does not answer.
std::size_t count_members(const EtcdMember& etcd, const Root& root, EventLoop& loop) {
    try {
        const auto credentials = cluster::etcd_credentials(etcd, root);
        return EtcdCluster(etcd_connector(credentials, loop), {credentials.server})
            .list_members()
            .size();
    } catch (const Error&) {
        return 0;
    }
}

std::size_t count_api_servers(const Root& root, EventLoop& loop) {
    try {
        auto transport = connect_as_admin(root, loop);
        cluster::ApiClient client(transport);
        return cluster::list_api_servers(client).size();
    } catch (const Error&) {
        return 0;
    }
}

std::shared_ptr<const JoinData> parse(const std::string& text) {
    Diagnostics diagnostics;
    auto data = parse_join_data(paths::join_data, text, diagnostics);
    diagnostics.throw_if_any();
    return std::make_shared<const JoinData>(std::move(data));
}

} // namespace

std::shared_ptr<const JoinData> make_way_back(const Root& root, EventLoop& loop,
                                              EventSink& events) {
    const auto manifest = installed_manifest(root);
    if (!manifest || !manifest->provided.api_server) {
        return nullptr;
    }
    const auto& etcd = manifest->provided.etcd;
    if ((!etcd || count_members(*etcd, root, loop) < 2) && count_api_servers(root, loop) < 2) {
        return nullptr;
    }
    return with_context("making the join data by which this control plane comes back", [&] {
        const auto issued = create_token(root,
                                         {.ttl = std::chrono::hours(1),
                                          .description = "redeploy of " + manifest->node_name,
                                          .profile = manifest->profile,
                                          .completes = true},
                                         events);
        return parse(issued.data);
    });
}

} // namespace k8s_node
