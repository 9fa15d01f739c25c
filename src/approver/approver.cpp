#include "approver/approver.hpp"

#include <algorithm>
#include <utility>

#include "cluster/api_error.hpp"
#include "cluster/json_text.hpp"

namespace k8s_node::approver {

namespace {

using cluster::part_at;
using cluster::text_at;

/// A decision is two milliseconds of the API server's time: a hundred nodes may join at once.
constexpr unsigned most_at_once = 8;

const watch::Collection requests{"/apis/certificates.k8s.io/v1/certificatesigningrequests",
                                 "fieldSelector=spec.signerName%3Dkubernetes.io%2Fkubelet-serving",
                                 "certificate signing requests"};
const watch::Collection nodes{"/api/v1/nodes", "", "nodes"};

std::string name_of(const Json& object) {
    return text_at(part_at(object, "metadata"), "name");
}

std::string message_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        return error.message();
    }
}

std::string version_of(const Json& object) {
    return text_at(part_at(object, "metadata"), "resourceVersion");
}

/// Returns "request csr-x7k2p of system:node:w1".
std::string title_of(const Json& object) {
    return "request " + name_of(object) + " of " + text_at(part_at(object, "spec"), "username");
}

} // namespace

Approver::Approver(EventLoop& loop, Kubeconfig user, Reserved reserved, Observer observer)
    : connection_(loop, std::move(user)), reserved_(std::move(reserved)),
      observer_(std::move(observer)) {
    requests_lost_ = "the API server at " + connection_.credentials.server + " has not answered";
    tell_status();
    request_watch_.emplace(connection_, requests, request_observer());
}

watch::ListWatch::Observer Approver::request_observer() {
    return {
        .begun =
            [this] {
                requests_are_current_ = false;
                for (auto& [name, pending] : pending_) {
                    pending.is_listed = false;
                }
            },
        .seen = [this](const Json& object) { see_request(object); },
        .gone = [this](const Json& object) { pending_.erase(name_of(object)); },
        .current =
            [this] {
                requests_are_current_ = true;
                std::erase_if(pending_, [](const auto& entry) { return !entry.second.is_listed; });
                requests_lost_.clear();
                become_ready();
                consider_soon();
            },
        .lost = [this](const std::string& why) { lose(requests_lost_, "requests", why); },
        .refused = [this] { become_ready(); },
    };
}

watch::ListWatch::Observer Approver::node_observer() {
    return {
        .begun =
            [this] {
                nodes_are_current_ = false;
                nodes_.clear();
            },
        .seen = [this](const Json& object) { nodes_.put(claims_of(object)); },
        .gone = [this](const Json& object) { nodes_.erase(name_of(object)); },
        .current =
            [this] {
                nodes_are_current_ = true;
                ++nodes_state_;
                nodes_lost_.clear();
                consider_soon();
            },
        .lost =
            [this](const std::string& why) {
                nodes_are_current_ = false;
                lose(nodes_lost_, "Node objects", why);
            },
        .refused = [] {},
    };
}

void Approver::become_ready() {
    if (!std::exchange(is_ready_, true)) {
        observer_.ready();
    }
}

void Approver::lose(std::string& place, const std::string& what, const std::string& why) {
    if (std::exchange(place, why) != why) {
        observer_.log(Priority::notice, "waits for " + what + ": " + why);
    }
    tell_status();
}

void Approver::see_request(const Json& object) {
    const auto request = read_signing_request(object);
    if (!request.is_pending || request.signer != kubelet_serving) {
        pending_.erase(request.name);
        return;
    }
    auto& pending = pending_[request.name];
    pending.object = object;
    pending.is_settled = false;
    pending.is_listed = true;
    pending.looked_at = 0;
}

/// Several pieces of news are one reason to look, and observers must not end their own watch.
void Approver::consider_soon() {
    soon_ = connection_.loop.defer([this] { consider(); });
}

void Approver::consider() {
    const bool is_needed =
        std::ranges::any_of(pending_, [](const auto& entry) { return !entry.second.is_settled; });
    follow_nodes(is_needed);
    if (requests_are_current_ && nodes_are_current_) {
        for (auto& [name, pending] : pending_) {
            const bool is_new = !pending.is_settled && pending.looked_at != nodes_state_;
            if (is_new && decisions_.size() < most_at_once && !decisions_.contains(name)) {
                consider(pending);
            }
        }
    }
    tell_status();
}

void Approver::follow_nodes(bool is_needed) {
    if (is_needed && !node_watch_) {
        node_watch_.emplace(connection_, nodes, node_observer());
    } else if (!is_needed && node_watch_) {
        node_watch_.reset();
        nodes_.clear();
        nodes_are_current_ = false;
        nodes_lost_.clear();
    }
}

void Approver::consider(Pending& pending) {
    const auto decision = decide(read_signing_request(pending.object), nodes_, reserved_);
    if (decision.verdict == Verdict::wait) {
        pending.looked_at = nodes_state_;
        wait(pending, decision.message);
    } else {
        send(pending.object, decision);
    }
}

void Approver::wait(Pending& pending, const std::string& why) {
    if (std::exchange(pending.told, why) != why) {
        observer_.log(Priority::notice, title_of(pending.object) + " waits: " + why);
    }
}

void Approver::send(const Json& object, const Decision& decision) {
    const char* type = decision.verdict == Verdict::approve ? "Approved" : "Denied";
    const auto body = with_condition(object, {type, decision.reason, decision.message}).dump();
    const auto name = name_of(object);
    decisions_.try_emplace(
        name, connection_,
        cluster::HttpRequest{"PUT", approval_path(name), "application/json", body},
        cluster::request_time,
        watch::ApiRequest::Observer{
            [=, this](const auto& reply) { take_answer(object, decision, reply); },
            [=, this](const auto& failure) { fail(object, message_of(failure)); }});
}

/// A refusal because of a newer version brings that one by the watch, if it has not come yet.
void Approver::take_answer(const Json& object, const Decision& decision,
                           const cluster::HttpReply& reply) {
    constexpr long not_found = 404;
    constexpr long conflict = 409;
    if (reply.status != 200 && reply.status != conflict && reply.status != not_found) {
        fail(object, cluster::api_error(reply, "decide about a request").message());
        return;
    }
    back_off_.reset();
    if (reply.status == 200) {
        const bool is_approved = decision.verdict == Verdict::approve;
        observer_.log(is_approved ? Priority::info : Priority::warning,
                      title_of(object) + (is_approved ? " approved: " : " denied: ") +
                          decision.message);
    }
    decisions_.erase(name_of(object));
    const auto found = pending_.find(name_of(object));
    if (found != pending_.end() && version_of(found->second.object) == version_of(object)) {
        found->second.is_settled = true;
        found->second.told.clear();
    }
    consider_soon();
}

void Approver::fail(const Json& object, const std::string& why) {
    decisions_.erase(name_of(object));
    if (const auto found = pending_.find(name_of(object)); found != pending_.end()) {
        wait(found->second, why);
    }
    retry_ = connection_.loop.after(back_off_.next(), [this] { consider(); });
}

void Approver::tell_status() {
    const auto waiting = std::ranges::count_if(
        pending_, [](const auto& entry) { return !entry.second.told.empty(); });
    std::string text;
    if (!requests_lost_.empty()) {
        text = "waits for requests: " + requests_lost_;
    } else if (!nodes_lost_.empty()) {
        text = "waits for Node objects: " + nodes_lost_;
    } else if (waiting != 0) {
        const auto first = std::ranges::find_if(
            pending_, [](const auto& entry) { return !entry.second.told.empty(); });
        text =
            std::to_string(waiting) + " requests wait, " + first->first + ": " + first->second.told;
    } else {
        text = "watches for requests of kubelets";
    }
    if (std::exchange(status_, text) != text) {
        observer_.status(text);
    }
}

} // namespace k8s_node::approver
