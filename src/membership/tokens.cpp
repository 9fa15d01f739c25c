#include "membership/tokens.hpp"

#include "cluster/curl_transport.hpp"
#include "generations/generation_resource.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "rotation/rotation_state.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

std::string administrator_of(const std::optional<Manifest>& manifest) {
    if (!manifest || !manifest->provided.api_server || manifest->cluster.admin_kubeconfig.empty()) {
        throw Error("this machine is no control plane of a cluster", ExitStatus::unsuitable)
            .try_this("run it on a node with profile single or master");
    }
    return manifest->cluster.admin_kubeconfig;
}

cluster::CurlTransport connect_as_admin(const Root& root, EventLoop& loop) {
    return cluster::CurlTransport(read_kubeconfig(administrator_of(installed_manifest(root)), root),
                                  loop);
}

namespace {

/// The profiles whose machines have keys of the cluster.
bool is_control_plane(const std::string& profile) {
    return profile == "master" || profile == "single";
}

/// A control plane that joins now would have the keys of one phase only.
void refuse_during_rotation(const Root& root) {
    const auto rotations = read_rotations(root);
    if (!rotations.empty()) {
        throw Error("no control plane can join while the key of " + rotations.front().subject +
                        " is being replaced",
                    ExitStatus::unsuitable)
            .try_this("finish that first: " + next_step(rotations.front()));
    }
}

ClusterKeys read_cluster_keys(const Root& root) {
    refuse_during_rotation(root);
    ClusterKeys keys;
    for (const auto& known : known_cluster_keys()) {
        if (auto text = read_file_if_exists(root.at(PkiSpec{}.directory) / known.path)) {
            keys[known.path] = *std::move(text);
        }
    }
    with_context("reading the keys of this control plane", [&] { check_cluster_keys(keys); });
    return keys;
}

} // namespace

IssuedToken create_token(const Root& root, const TokenRequest& request, EventSink& events) {
    EventLoop loop(interrupt_token());
    auto transport = connect_as_admin(root, loop);
    cluster::ApiClient client(transport);
    auto complete = request;
    if (is_control_plane(request.profile)) {
        complete.keys = read_cluster_keys(root);
    }
    return issue_token(client, complete, loop, events);
}

std::vector<TokenInfo> list_tokens(const Root& root) {
    EventLoop loop(interrupt_token());
    auto transport = connect_as_admin(root, loop);
    cluster::ApiClient client(transport);
    return list_tokens(client);
}

void delete_token(const Root& root, const std::string& id) {
    EventLoop loop(interrupt_token());
    auto transport = connect_as_admin(root, loop);
    cluster::ApiClient client(transport);
    remove_token(client, id);
}

} // namespace k8s_node
