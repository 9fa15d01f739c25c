// A cluster of etcd as it answers: members, one key and its lease. Machines can be dead, and
// answers can be lost after what was asked is done.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cluster/api_error.hpp"
#include "etcd/etcd_cluster.hpp"
#include "support/text.hpp"

namespace k8s_node {

class SmallEtcd {
public:
    using Json = nlohmann::json;

    std::vector<Member> members;
    std::set<std::string> dead;                  ///< URLs where nobody answers
    std::map<std::string, std::string> versions; ///< of the programs, by URL
    std::string loses_answer_to;                 ///< a path, once
    std::string refuses_to_add;                  ///< with these words
    std::string holder;                          ///< of the lock, in base64; empty if it is free
    std::int64_t lease = 0;
    bool lease_has_run_out = false;
    std::vector<std::string> asked; ///< paths of what changes something

    /// Adds a voter whose number is its ID and the end of its address.
    void add(const std::string& name, std::uint64_t id, bool is_learner = false) {
        members.push_back({id, name, {url(id, "2380")}, {url(id, "2379")}, is_learner});
    }

    static std::string url(std::uint64_t id, const std::string& port) {
        return "https://192.0.2." + std::to_string(id) + ":" + port;
    }

    EtcdConnector connector() {
        return [this](const std::string& at) { return std::make_unique<Door>(*this, at); };
    }

private:
    class Door : public cluster::Transport {
    public:
        Door(SmallEtcd& etcd, std::string url) : etcd_(etcd), url_(std::move(url)) {}

        cluster::HttpReply send(const cluster::HttpRequest& request) override {
            if (etcd_.dead.contains(url_)) {
                throw cluster::ConnectionError("cannot talk to etcd at " + url_ + ": refused");
            }
            if (request.path == "/v3/maintenance/status") {
                return {200, Json{{"version", etcd_.versions[url_]}}.dump()};
            }
            auto reply = etcd_.answer(request.path, Json::parse(request.body, nullptr, false));
            if (request.path == etcd_.loses_answer_to) {
                etcd_.loses_answer_to.clear();
                throw cluster::ConnectionError("the connection broke");
            }
            return reply;
        }
        cluster::HttpReply stream(const cluster::HttpRequest& request, cluster::Clock::time_point,
                                  const Sink& sink) override {
            auto reply = send(request);
            if (reply.status == 200) {
                sink(reply.body);
            }
            return reply;
        }

    private:
        SmallEtcd& etcd_;
        std::string url_;
    };

    cluster::HttpReply answer(const std::string& path, const Json& question) {
        if (path.starts_with("/v3/cluster/member/")) {
            return change(path.substr(19), question);
        }
        if (path == "/v3/kv/range") {
            return {200, lock_reply().dump()};
        }
        if (path == "/v3/kv/txn") {
            return {200, put(question).dump()};
        }
        if (path == "/v3/lease/keepalive") {
            if (lease_has_run_out) {
                holder.clear();
            }
            return {200, Json{{"result", {{"TTL", lease_has_run_out ? "0" : "60"}}}}.dump()};
        }
        if (path == "/v3/lease/grant") {
            return {200, R"({"ID": "77", "TTL": "60"})"};
        }
        if (path == "/v3/lease/revoke" && question.at("ID") == std::to_string(lease)) {
            holder.clear();
        }
        return {200, "{}"};
    }

    Json lock_reply() const {
        return holder.empty()
                   ? Json::object()
                   : Json{{"kvs", {{{"value", holder}, {"lease", std::to_string(lease)}}}}};
    }

    Json put(const Json& question) {
        if (!holder.empty()) {
            return Json::object();
        }
        const auto wanted = question.at("success").at(0).at("requestPut");
        holder = wanted.at("value");
        lease = parse_integer(wanted.at("lease").get<std::string>()).value();
        lease_has_run_out = false;
        return {{"succeeded", true}};
    }

    cluster::HttpReply change(const std::string& what, const Json& question) {
        if (what != "list") {
            asked.push_back(what);
        }
        if (what == "add" && !refuses_to_add.empty()) {
            return {503, Json{{"message", refuses_to_add}}.dump()}; // as etcd has it
        }
        if (what == "add") {
            members.push_back({next_++, "", question.at("peerURLs"), {}, question.at("isLearner")});
        }
        if (what == "remove") {
            std::erase_if(members, [&](const auto& member) {
                return std::to_string(member.id) == question.at("ID");
            });
        }
        return {200, list().dump()};
    }

    Json list() const {
        Json reply = {{"members", Json::array()}};
        for (const auto& member : members) {
            reply["members"].push_back({{"ID", std::to_string(member.id)},
                                        {"name", member.name},
                                        {"peerURLs", member.peer_urls},
                                        {"clientURLs", member.client_urls},
                                        {"isLearner", member.is_learner}});
        }
        return reply;
    }

    std::uint64_t next_ = 100;
};

} // namespace k8s_node
