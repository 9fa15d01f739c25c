#include "etcd/etcd_cluster.hpp"

#include <algorithm>

#include "cluster/api_error.hpp"
#include "cluster/curl_transport.hpp"
#include "etcd/etcd.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using cluster::ConnectionError;
using nlohmann::json;

json list_question() {
    return {{"linearizable", true}};
}

} // namespace

EtcdConnector etcd_connector(Kubeconfig credentials, EventLoop& loop) {
    credentials.server_title = "etcd";
    return [credentials, &loop](const std::string& url) {
        auto at_url = credentials;
        at_url.server = without_last_slashes(url);
        return std::make_unique<cluster::CurlTransport>(std::move(at_url), loop);
    };
}

EtcdCluster::EtcdCluster(EtcdConnector connect, std::vector<std::string> urls,
                         std::chrono::milliseconds time)
    : connect_(std::move(connect)), urls_(std::move(urls)), time_(time) {}

json EtcdCluster::ask_one(const std::string& url, const std::string& path, const json& question) {
    const auto transport = connect_(url);
    return cluster::ask_etcd_within(*transport, path, question, time_);
}

json EtcdCluster::ask(const std::string& path, const json& question) {
    std::vector<std::string> reasons;
    bool has_answered = false;
    for (auto url = urls_.begin(); url != urls_.end(); ++url) {
        try {
            auto answer = ask_one(*url, path, question);
            std::rotate(urls_.begin(), url, url + 1);
            return answer;
        } catch (const cluster::EtcdError& refusal) {
            if (!refusal.is_temporary()) {
                throw;
            }
            has_answered = true;
            reasons.push_back(*url + ": " + refusal.reason());
        } catch (const ConnectionError& error) {
            reasons.push_back(error.message());
        } catch (const cluster::CertificateError& error) {
            reasons.push_back(error.message());
        }
    }
    throw ConnectionError((has_answered ? "etcd answers, but without a majority of its members: "
                                        : "no member of etcd answers: ") +
                          join(reasons, "; "));
}

std::vector<Member> EtcdCluster::list_members() {
    return read_members(ask("/v3/cluster/member/list", list_question()));
}

std::set<std::uint64_t> EtcdCluster::answering(const std::vector<Member>& members) {
    std::set<std::uint64_t> ids;
    for (const auto& member : members) {
        EtcdCluster one(connect_, member.client_urls, std::min(time_, etcd_life_time));
        try {
            one.ask("/v3/maintenance/status", json::object());
            ids.insert(member.id);
        } catch (const Error&) { // its absence says it
        }
    }
    return ids;
}

void EtcdCluster::prefer_others(const std::vector<Member>& members, std::uint64_t id) {
    std::vector<std::string> urls;
    for (const auto& member : members) {
        if (member.id != id && !member.is_learner) {
            urls.insert(urls.end(), member.client_urls.begin(), member.client_urls.end());
        }
    }
    for (const auto& url : urls_) {
        if (!contains(urls, url)) {
            urls.push_back(url);
        }
    }
    urls_ = std::move(urls);
}

bool EtcdCluster::remove_member(std::uint64_t id) {
    const auto members = list_members();
    const auto* leaving = find_member(members, id);
    if (leaving == nullptr) {
        return false;
    }
    const auto name = member_text(*leaving);
    if (const auto why_not = why_not_remove(members, id, answering(members))) {
        throw Error("etcd member " + name + " cannot be removed: " + *why_not)
            .try_this("bring those back first, or remove those that never will be");
    }
    prefer_others(members, id);
    try {
        ask("/v3/cluster/member/remove", {{"ID", std::to_string(id)}});
    } catch (const Error&) { // also an answer that was lost: the list tells
        if (find_member(list_members(), id) != nullptr) {
            throw;
        }
    }
    if (find_member(list_members(), id) != nullptr) {
        throw Error("etcd said that member " + name + " is removed, and still lists it");
    }
    return true;
}

} // namespace k8s_node
