#include "membership/token_issue.hpp"

#include <unistd.h>

#include "cluster/api_servers.hpp"
#include "cluster/json_text.hpp"
#include "join/cluster_info.hpp"
#include "join/pin.hpp"
#include "join/signature.hpp"
#include "membership/keys_upload.hpp"
#include "support/files.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

constexpr mode_t secret_mode = 0600;

ClusterInfo info_of(cluster::ApiClient& client) {
    const auto map = client.get(cluster_info_path);
    if (!map) {
        throw Error("the cluster has no ConfigMap kube-public/cluster-info, by which machines "
                    "find it")
            .try_this("run k8s-node-install, which applies it");
    }
    return read_cluster_info(*map);
}

std::vector<NamedAt> pins_of(const std::string& authority) {
    std::vector<NamedAt> pins;
    for (const auto& certificate : parse_certificates(authority, "cluster-info")) {
        pins.push_back({pin_of(certificate), {}});
    }
    return pins;
}

/// The endpoint may be the one that is down when the data are used.
std::vector<NamedAt> other_api_servers(cluster::ApiClient& client, const std::string& endpoint) {
    std::vector<NamedAt> others;
    for (const auto& each : cluster::list_api_servers(client)) {
        if (each.url() != endpoint) {
            others.push_back({each.url(), {}});
        }
    }
    return others;
}

/// A machine that joins before this happens is told that nobody knows its token.
void wait_until_signed(cluster::ApiClient& client, const BootstrapToken& token, EventLoop& loop,
                       EventSink& events) {
    constexpr std::chrono::milliseconds pause{100};
    // A controller manager that was restarted waits for its own lease, 15 s.
    const auto deadline = cluster::Clock::now() + std::chrono::seconds(30);
    for (;;) {
        const auto info = info_of(client);
        if (is_signed_with(token, info.signature(token.id), info.kubeconfig)) {
            return;
        }
        if (cluster::Clock::now() >= deadline) {
            break;
        }
        loop.pause_until(cluster::Clock::now() + pause);
    }
    events.report({Priority::warning,
                   "the cluster has not signed cluster-info with token " + token.id +
                       " yet, so a machine with only the CA's pin cannot join; look at "
                       "kube-controller-manager",
                   {},
                   {{"K8S_NODE_PHASE", "token"}}});
}

[[noreturn]] void refuse_file(const std::string& file) {
    throw Error("--write " + file + ": the file exists already", ExitStatus::usage)
        .try_this("remove it, or name another one");
}

void write_join_file(const std::string& file, const std::string& text) {
    if (!create_file_atomically(file, text, {secret_mode, ::geteuid(), ::getegid()})) {
        refuse_file(file);
    }
}

} // namespace

IssuedToken issue_token(cluster::ApiClient& client, const TokenRequest& request, EventLoop& loop,
                        EventSink& events) {
    if (!request.file.empty() && path_exists(request.file)) {
        refuse_file(request.file); // before a token exists that nobody has
    }
    const auto info = info_of(client);
    if (!request.keys.empty()) {
        require_leader_election(client);
    }
    JoinData data;
    data.settings = Tree::map({});
    data.endpoint.name = server_in(info.kubeconfig);
    data.control_planes = other_api_servers(client, data.endpoint.name);
    data.token = create_token();
    data.profile = NamedAt{request.profile, {}};
    IssuedToken created{{.id = data.token.id,
                         .description = request.description,
                         .profile = request.profile,
                         .authenticates = true,
                         .signs = true},
                        {}};
    if (request.ttl.count() > 0) {
        created.info.expires = utc_now() + request.ttl;
    }
    const auto authority = authority_in(info.kubeconfig);
    if (request.completes || !request.file.empty()) {
        data.authority = authority;
        data.keys = request.keys;
        add_shared_settings(client, data);
        created.data = write_join_data(data);
    } else if (!request.keys.empty()) {
        const auto uploaded = upload_keys(client, request.keys);
        data.certificate_key = uploaded.certificate_key;
        created.keys_expire = uploaded.expires;
    }
    auto with_pins = data;
    with_pins.pins = pins_of(authority);
    created.line = join_line(with_pins);
    client.apply(secret_of(data.token, created.info));
    if (!request.file.empty()) {
        write_join_file(request.file, created.data);
    }
    wait_until_signed(client, data.token, loop, events);
    return created;
}

std::vector<TokenInfo> list_tokens(cluster::ApiClient& client) {
    const auto list = client.get("/api/v1/namespaces/kube-system/secrets?fieldSelector="
                                 "type%3Dbootstrap.kubernetes.io%2Ftoken");
    std::vector<TokenInfo> tokens;
    for (const auto& secret : cluster::part_at(list.value_or(nlohmann::json()), "items")) {
        if (auto info = read_token_secret(secret)) {
            tokens.push_back(*std::move(info));
        }
    }
    return tokens;
}

void remove_token(cluster::ApiClient& client, const std::string& id) {
    if (!is_token_id(id)) {
        throw Error("this is not the ID of a token", ExitStatus::usage)
            .try_this("give the 6 characters before the dot, without the secret: k8s-node-install "
                      "token list shows them");
    }
    if (!client.remove(token_path(id))) {
        throw Error("the cluster has no token " + id, ExitStatus::usage)
            .try_this("k8s-node-install token list");
    }
}

} // namespace k8s_node
