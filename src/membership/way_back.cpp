#include "membership/way_back.hpp"

#include "cluster/api_servers.hpp"
#include "etcd/etcd.hpp"
#include "etcd/etcd_cluster.hpp"
#include "etcd/member_note.hpp"
#include "generations/generation_resource.hpp"
#include "membership/tokens.hpp"

namespace k8s_node {

namespace {

/// Returns how many members etcd has; nullopt if this node's own, which may be broken, does not
/// answer.
std::optional<std::size_t> count_members(const EtcdMember& etcd, const Root& root,
                                         EventLoop& loop) {
    try {
        const auto credentials = cluster::etcd_credentials(etcd, root);
        return EtcdCluster(etcd_connector(credentials, loop), {credentials.server})
            .list_members()
            .size();
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::optional<std::size_t> count_api_servers(const Root& root, EventLoop& loop) {
    try {
        auto transport = connect_as_admin(root, loop);
        cluster::ApiClient client(transport);
        return cluster::list_api_servers(client).size();
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// A node whose database and API server are both silent may have others beside it. Its note names
/// those that its member of etcd had when it was started; they may have come later.
bool is_the_only_one(const Manifest& manifest, const Root& root, EventLoop& loop) {
    const auto& etcd = manifest.provided.etcd;
    const auto members = etcd ? count_members(*etcd, root, loop) : std::nullopt;
    const auto servers = count_api_servers(root, loop);
    if (members || servers) {
        return members.value_or(1) < 2 && servers.value_or(1) < 2;
    }
    const auto note = read_member_note(root.at(paths::etcd_member_note));
    if (manifest.profile == "single" && (!note || note->peers.empty())) {
        return true;
    }
    throw Error("neither the database nor the API server of this control plane answers, so nothing "
                "tells if there are others, beside which it must not begin a second cluster",
                ExitStatus::unsuitable)
        .try_this("start etcd and kube-apiserver here; or k8s-node-install reset, and then, if "
                  "there are others, join by k8s-node-install token create --profile master on one "
                  "of them");
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
    if (is_the_only_one(*manifest, root, loop)) {
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
