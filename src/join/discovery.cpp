#include "join/discovery.hpp"

#include <exception>

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "join/certificate_key.hpp"
#include "join/cluster_info.hpp"
#include "join/identity.hpp"
#include "join/pin.hpp"
#include "join/signature.hpp"
#include "pki/encryption.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

constexpr long unauthorized = 401;
constexpr long forbidden = 403;

[[noreturn]] void refuse_at(const Position& at, const std::string& message,
                            const std::string& hint) {
    Diagnostics diagnostics;
    diagnostics.add(at, message, hint);
    diagnostics.throw_if_any();
    throw Error(message, ExitStatus::configuration);
}

[[noreturn]] void refuse_proof(const std::string& message) {
    throw Error(message, ExitStatus::verification)
        .try_this("compare endpoint, token and pin with what 'k8s-node-install token create' "
                  "prints on a control plane; if they are right, somebody is in the middle of the "
                  "connection");
}

[[noreturn]] void wait_for_cluster(const JoinData& data, const std::string& why,
                                   std::chrono::seconds retry_after = {}) {
    cluster::ServerError error("the control plane at " + data.endpoint.name +
                                   " cannot be joined yet: " + why,
                               ExitStatus::not_yet, retry_after);
    error.try_this("k8s-node-install.service tries again by itself; by hand, run the same command "
                   "again");
    throw error;
}

[[noreturn]] void wait_for_time(const std::string& what) {
    throw Error("this machine's clock says " + utc_text(utc_now()) + ", and " + what,
                ExitStatus::not_yet)
        .try_this("set the clock, or wait until it is synchronised: timedatectl");
}

[[noreturn]] void explain_certificate(const JoinData& data,
                                      const cluster::CertificateError& error) {
    switch (error.trouble()) {
    case cluster::CertificateTrouble::not_yet_valid:
        wait_for_time("the certificate of " + data.endpoint.name + " is not valid yet");
    case cluster::CertificateTrouble::expired:
        throw Error("the certificate of " + data.endpoint.name +
                        " has expired by this machine's clock, " + utc_text(utc_now()),
                    ExitStatus::unsuitable)
            .try_this("correct the clock if it is wrong; otherwise renew the certificate on the "
                      "control plane: k8s-node-install");
    case cluster::CertificateTrouble::untrusted:
        break;
    }
    refuse_proof(data.endpoint.name + " is not the cluster of these join data: " + error.message());
}

/// Returns a connection to a server that need not prove itself, and learns nothing of us.
cluster::CurlTransport connect_as_nobody(const JoinData& data, EventLoop& loop) {
    Kubeconfig nobody;
    nobody.server = data.endpoint.name;
    return cluster::CurlTransport(nobody, loop, AtSignal::end, cluster::ServerProof::answer);
}

/// True for an API server that is not ready: its refusals mean nothing, it may not know roles yet.
bool is_starting(const JoinData& data, EventLoop& loop) {
    auto transport = connect_as_nobody(data, loop);
    const auto status = transport.send({"GET", "/readyz"}).status;
    return status != 200 && status != unauthorized; // 401: where everybody needs a name
}

[[noreturn]] void explain_refusal(const JoinData& data, const cluster::ApiError& error,
                                  EventLoop& loop) {
    if (error.code() == unauthorized && is_starting(data, loop)) {
        wait_for_cluster(data, "its API server starts");
    }
    if (error.code() == unauthorized && data.begins_until && utc_now() < *data.begins_until) {
        wait_for_cluster(data, "it has not been told of the token " + data.token.id + " yet");
    }
    if (error.code() == unauthorized) {
        refuse_at(data.token_at,
                  "the cluster at " + data.endpoint.name + " does not accept the token " +
                      data.token.id + ": it is wrong or has expired",
                  "make another one on a control plane: k8s-node-install token create");
    }
    if (error.is_temporary()) {
        wait_for_cluster(data, error.message(), error.retry_after());
    }
    throw Error(error);
}

ClusterInfo fetch_info(cluster::Transport& transport, const JoinData& data, EventLoop& loop) {
    cluster::ApiClient client(transport);
    try {
        const auto map = client.get(cluster_info_path);
        if (!map) {
            wait_for_cluster(data, "it has no cluster-info");
        }
        return read_cluster_info(*map);
    } catch (const cluster::ApiError& error) {
        if (error.code() != unauthorized && error.code() != forbidden) {
            throw;
        }
        if (is_starting(data, loop)) {
            wait_for_cluster(data, "its API server starts");
        }
        throw Error("the cluster at " + data.endpoint.name +
                        " shows cluster-info to nobody without an identity",
                    ExitStatus::configuration)
            .try_this("give complete join data: k8s-node-install token create --write FILE on a "
                      "control plane");
    }
}

/// Returns cluster-info from a server that nobody vouches for, once the token does.
ClusterInfo signed_info(const JoinData& data, EventLoop& loop) {
    auto transport = connect_as_nobody(data, loop);
    auto info = fetch_info(transport, data, loop);
    const auto signature = info.signature(data.token.id);
    if (signature.empty()) {
        refuse_at(data.token_at,
                  "the cluster at " + data.endpoint.name + " knows no token " + data.token.id +
                      ": it is wrong, or has expired",
                  "make another one on a control plane: k8s-node-install token create");
    }
    if (!is_signed_with(data.token, signature, info.kubeconfig)) {
        refuse_proof("what " + data.endpoint.name +
                     " says of the cluster is not signed with the secret of the token " +
                     data.token.id);
    }
    return info;
}

/// Returns the pinned ones of the CA certificates: only these are trusted.
std::string pinned_authority(const JoinData& data, const ClusterInfo& info) {
    const auto all = authority_in(info.kubeconfig);
    auto pinned = pinned_certificates(all, names_of(data.pins), "cluster-info");
    if (pinned.empty()) {
        refuse_proof(data.pins.front().at.text() + ": the CA of the cluster at " +
                     data.endpoint.name + " is not the pinned one, but " +
                     pin_of(parse_certificates(all, "cluster-info").front()));
    }
    for (const auto& certificate : parse_certificates(pinned, "cluster-info")) {
        const auto validity = validity_of(certificate);
        if (utc_now() < validity.not_before) {
            wait_for_time("the cluster's CA is valid only from " + utc_text(validity.not_before));
        }
    }
    return pinned;
}

/// Throws unless a server that proves itself with the CA says the same.
void confirm(const JoinData& data, const ClusterInfo& info, EventLoop& loop) {
    auto credentials = Kubeconfig{};
    credentials.server = data.endpoint.name;
    credentials.certificate_authority = data.authority;
    cluster::CurlTransport transport(credentials, loop);
    if (fetch_info(transport, data, loop).kubeconfig != info.kubeconfig) {
        refuse_proof("the cluster at " + data.endpoint.name +
                     " says something else to those who check its certificate");
    }
}

/// Throws unless an error is the silence of one of several API servers.
void ask_one(const JoinData& data, EventLoop& loop,
             const std::function<void(const JoinData&)>& ask) {
    try {
        ask(data);
    } catch (const cluster::CertificateError& error) {
        explain_certificate(data, error);
    } catch (const cluster::ConnectionError& error) {
        wait_for_cluster(data, error.message());
    } catch (const cluster::ApiError& error) {
        explain_refusal(data, error, loop);
    }
}

[[noreturn]] void refuse_keys(const JoinData& data, const std::string& why) {
    refuse_at(data.certificate_key_at,
              "the cluster at " + data.endpoint.name + " does not give its keys: " + why,
              "it keeps them for two hours; on a control plane: k8s-node-install token create "
              "--profile master");
}

nlohmann::json fetch_shared_keys(cluster::ApiClient& client, const JoinData& data) {
    try {
        if (auto secret = client.get(shared_keys_path)) {
            return *std::move(secret);
        }
    } catch (const cluster::ApiError& error) {
        if (error.code() != forbidden) {
            throw;
        }
        refuse_keys(data, error.message());
    }
    refuse_keys(data, "there is no Secret kube-system/kubeadm-certs");
}

/// True for a cluster whose control planes this program has made: their Secrets are encrypted.
bool is_of_ours(const JoinData& data) {
    const auto* cluster = data.settings.find("cluster");
    const auto* addons = cluster == nullptr ? nullptr : cluster->find("addons");
    return addons == nullptr || addons->text() != cluster_with_pods;
}

/// kubeadm's own upload lacks this key; clusters that it has made store plain text.
void complete_encryption(JoinData& data) {
    if (data.keys.contains(shared_encryption_config)) {
        return;
    }
    if (is_of_ours(data)) {
        refuse_keys(data, std::string("they are without ") + shared_encryption_config +
                              ", and what it encrypts could not be read here");
    }
    EncryptionSpec plain_text;
    plain_text.provider = EncryptionProvider::identity;
    data.keys[shared_encryption_config] = render_encryption_config(plain_text, random_key());
}

void download_keys(cluster::ApiClient& client, JoinData& data) {
    const auto secret = fetch_shared_keys(client, data);
    try {
        data.keys = read_shared_keys(secret, data.certificate_key);
    } catch (const Error& error) {
        refuse_keys(data, error.message());
    }
    if (!share_certificate(data.keys.at("ca.crt"), data.authority)) {
        refuse_proof("the keys that the cluster at " + data.endpoint.name +
                     " gives are not those of its CA");
    }
    complete_encryption(data);
}

JoinData discover_at(JoinData data, EventLoop& loop) {
    if (data.authority.empty()) {
        const auto info = signed_info(data, loop);
        data.authority = pinned_authority(data, info);
        confirm(data, info, loop);
    }
    auto transport = connect_with_token(data, loop);
    cluster::ApiClient client(transport);
    add_shared_settings(client, data);
    if (!data.certificate_key.empty() && data.keys.empty()) {
        download_keys(client, data);
    }
    return data;
}

} // namespace

void ask_cluster_of(const JoinData& data, EventLoop& loop,
                    const std::function<void(const JoinData&)>& ask) {
    std::exception_ptr silence;
    std::exception_ptr refusal; // of one that may be out of date: another one may know better
    for (const auto& endpoint : endpoints_of(data)) {
        auto at = data;
        at.endpoint.name = endpoint;
        try {
            ask_one(at, loop, ask);
            return;
        } catch (const Error& error) {
            auto& first = error.status() == ExitStatus::not_yet ? silence : refusal;
            first = first ? first : std::current_exception();
        }
    }
    std::rethrow_exception(refusal ? refusal : silence);
}

cluster::CurlTransport connect_with_token(const JoinData& data, EventLoop& loop) {
    Kubeconfig credentials;
    credentials.server = data.endpoint.name;
    credentials.certificate_authority = data.authority;
    credentials.token = data.token.text();
    return cluster::CurlTransport(credentials, loop);
}

JoinData discover(JoinData data, EventLoop& loop) {
    if (data.is_complete()) {
        return data;
    }
    const auto first = data.endpoint;
    ask_cluster_of(data, loop, [&](const JoinData& at) { data = discover_at(at, loop); });
    data.endpoint = first;
    return data;
}

} // namespace k8s_node
