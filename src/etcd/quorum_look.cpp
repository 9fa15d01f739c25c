#include "etcd/quorum_look.hpp"

#include <list>

#include "cluster/json_text.hpp"
#include "etcd/etcd.hpp"
#include "etcd/member_note.hpp"
#include "loop/background.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

/// Asks a member for its own state; `quorum` learns of a leader.
void ask_member(const EtcdConnector& connect, SeenMember& seen, bool& has_leader) {
    if (!seen.member.has_started()) {
        seen.silence = "it has never started";
        return;
    }
    try {
        const auto status = EtcdCluster(connect, seen.member.client_urls, look_time)
                                .ask("/v3/maintenance/status", json::object());
        seen.answers = true;
        // A number is a text in etcd's JSON, and zero is left out.
        const auto leader = cluster::text_at(status, "leader");
        has_leader = has_leader || (!leader.empty() && leader != "0");
    } catch (const Error& error) {
        seen.silence = error.message();
    }
}

} // namespace

Quorum look_at_quorum(const EtcdConnector& connect, const std::vector<std::string>& urls,
                      EventLoop& loop) {
    Quorum quorum;
    try {
        // Each one's own list, which it has without a majority.
        EtcdCluster cluster(connect, urls, look_time);
        const auto list = cluster.ask("/v3/cluster/member/list", {{"linearizable", false}});
        for (auto& member : read_members(list)) {
            quorum.members.push_back({std::move(member)});
        }
    } catch (const Error& error) {
        quorum.ignorance = error.message();
    }
    std::list<Background> questions;
    for (auto& seen : quorum.members) {
        questions.emplace_back(loop, [&] { ask_member(connect, seen, quorum.has_leader); });
    }
    for (auto& each : questions) {
        each.finish();
    }
    return quorum;
}

Quorum look_at_own_quorum(const EtcdMember& etcd, const Root& root, EventLoop& loop) {
    try {
        const auto credentials = cluster::etcd_credentials(etcd, root);
        auto urls = std::vector<std::string>{credentials.server};
        const auto note = read_member_note(root.at(paths::etcd_member_note));
        const auto& others = note.value_or(MemberNote{}).peers;
        urls.insert(urls.end(), others.begin(), others.end());
        return look_at_quorum(etcd_connector(credentials, loop), urls, loop);
    } catch (const Error& error) {
        return {{}, error.message()};
    }
}

} // namespace k8s_node
