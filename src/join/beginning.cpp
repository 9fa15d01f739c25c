#include "join/beginning.hpp"

#include <algorithm>

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "cluster/versions.hpp"
#include "join/discovery.hpp"
#include "pki/certificate.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

void set_etcd_join(JoinData& data, bool joins) {
    Tree etcd = Tree::map({});
    etcd.entries().push_back({"join", {}, Tree::scalar(joins ? "true" : "false", false, {})});
    Tree settings = Tree::map({});
    settings.entries().push_back({"etcd", {}, std::move(etcd)});
    data.settings.merge(settings);
}

bool is_decided(const JoinData& data) {
    const auto* etcd = data.settings.find("etcd");
    return etcd != nullptr && etcd->find("join") != nullptr;
}

JoinData joining(JoinData data) {
    data.begins.reset();
    set_etcd_join(data, true);
    return data;
}

bool leads_to(const std::string& endpoint, const std::string& host) {
    const auto url = "https://" + host_in_url(host);
    return endpoint.starts_with(url + ":") || endpoint == url;
}

/// True for an endpoint at one of the candidate's addresses, or at its name.
bool leads_to(const std::string& endpoint, const Candidate& candidate) {
    const auto addresses = split(candidate.address, ',');
    return leads_to(endpoint, candidate.node_name) ||
           std::ranges::any_of(
               addresses, [&](const std::string& address) { return leads_to(endpoint, address); });
}

/// Returns the data with only those API servers that are not the candidate's own; nullopt if there
/// are none.
std::optional<JoinData> with_others(JoinData data, const Candidate& candidate) {
    auto others = endpoints_of(data);
    std::erase_if(others, [&](const auto& endpoint) { return leads_to(endpoint, candidate); });
    if (others.empty()) {
        return std::nullopt;
    }
    data.control_planes.clear();
    for (auto& each : others) {
        data.control_planes.push_back({std::move(each), {}});
    }
    data.endpoint = data.control_planes.front();
    return data;
}

/// A server that refuses the token, or is busy, has proved itself with the CA: the cluster exists.
bool any_answers(const JoinData& data, EventLoop& loop) {
    try {
        ask_cluster_of(data, loop, [&](const JoinData& at) {
            auto transport = connect_with_token(at, loop);
            cluster::ApiClient client(transport);
            try {
                static_cast<void>(cluster::server_version(client));
            } catch (const cluster::ApiError&) { // NOLINT(bugprone-empty-catch)
            }
        });
        return true;
    } catch (const Error& error) {
        if (error.status() != ExitStatus::not_yet) {
            throw;
        }
        return false;
    }
}

/// With a clock before the CA's time no certificate is valid, and begins_until seems far away.
void require_time(const JoinData& data) {
    for (const auto& certificate : parse_certificates(data.authority, "'ca'")) {
        const auto validity = validity_of(certificate);
        if (utc_now() < validity.not_before) {
            throw Error("this machine's clock says " + utc_text(utc_now()) +
                            ", and the cluster's CA is valid only from " +
                            utc_text(validity.not_before),
                        ExitStatus::not_yet)
                .try_this("set the clock, or wait until it is synchronised: timedatectl");
        }
    }
}

} // namespace

std::optional<JoinData> decide_beginning(const JoinData& data, const Candidate& candidate,
                                         EventLoop& loop) {
    if (!data.begins || (is_decided(data) && candidate.holds_data)) {
        return std::nullopt;
    }
    require_time(data);
    const bool may_begin = data.begins->name == candidate.node_name && data.begins_until &&
                           utc_now() < *data.begins_until;
    if (!may_begin && !candidate.holds_data) {
        return joining(data);
    }
    if (data.begins->name != candidate.node_name) {
        return joining(data);
    }
    const auto others = with_others(data, candidate);
    if (others && any_answers(*others, loop)) {
        return joining(data);
    }
    auto beginning = data;
    set_etcd_join(beginning, false);
    return beginning;
}

} // namespace k8s_node
