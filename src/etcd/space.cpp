#include "etcd/space.hpp"

#include <algorithm>
#include <set>

#include "cluster/json_text.hpp"
#include "etcd/quorum_look.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;
using nlohmann::json;

/// Of the quota: the database is about to refuse writes.
constexpr std::uint64_t full_percent = 80;

/// 64-bit numbers are texts in etcd's JSON; one that is 0 is left out.
std::uint64_t number_at(const json& object, const char* name) {
    return static_cast<std::uint64_t>(parse_integer(text_at(object, name)).value_or(0));
}

/// IDs do not fit into signed numbers.
std::uint64_t id_at(const json& object, const char* name) {
    const auto text = text_at(object, name);
    return text.empty() ? 0 : std::strtoull(text.c_str(), nullptr, 10);
}

Finding explain(const std::string& alarm) {
    if (alarm == "NOSPACE") {
        return {"EtcdSpace", Severity::error,
                "etcd's database has reached its quota (alarm NOSPACE): it refuses every write, so "
                "that nothing in the cluster can be changed",
                "k8s-node-install etcd defrag; if that frees little, set etcd.quota_backend_bytes"};
    }
    return {"EtcdAlarm", Severity::error, "etcd has raised the alarm " + alarm,
            alarm == "CORRUPT" ? "rebuild the member whose data differ (journalctl -u etcd)"
                               : "journalctl -u etcd"};
}

} // namespace

std::vector<Alarm> read_alarms(EtcdCluster& etcd) {
    std::vector<Alarm> alarms;
    const auto reply = etcd.ask("/v3/maintenance/alarm", {{"action", "GET"}});
    const auto listed = part_at(reply, "alarms");
    if (listed.is_array()) {
        for (const auto& each : listed) {
            alarms.push_back({id_at(each, "memberID"), text_at(each, "alarm")});
        }
    }
    return alarms;
}

MemberSpace read_space(EtcdCluster& one, const Member& member) {
    const auto reply = one.ask("/v3/maintenance/status", json::object());
    return {member, number_at(reply, "dbSize"), number_at(reply, "dbSizeInUse"),
            number_at(reply, "dbSizeQuota"), id_at(reply, "leader") == member.id};
}

Findings explain_space(const std::vector<Alarm>& alarms, const std::vector<MemberSpace>& spaces) {
    Findings findings;
    std::set<std::string> names;
    for (const auto& alarm : alarms) {
        if (names.insert(alarm.name).second) {
            findings.push_back(explain(alarm.name));
        }
    }
    for (const auto& space : spaces) {
        if (!names.contains("NOSPACE") && space.quota != 0 &&
            space.bytes > space.quota / 100 * full_percent) {
            findings.push_back({"EtcdSpace", Severity::warning,
                                "etcd's database on " + space.member.name + " has " +
                                    human_bytes(space.bytes) + " of " + human_bytes(space.quota) +
                                    " that it may have",
                                "k8s-node-install etcd defrag; if that frees little, set "
                                "etcd.quota_backend_bytes"});
        }
    }
    return findings;
}

Findings look_at_own_space(const EtcdMember& etcd, const Root& root, EventLoop& loop) {
    try {
        const auto credentials = cluster::etcd_credentials(etcd, root);
        EtcdCluster own(etcd_connector(credentials, loop), {credentials.server}, look_time);
        Member member;
        member.id = answering_member(own.ask("/v3/maintenance/status", json::object()));
        member.name = "this machine";
        return explain_space(read_alarms(own), {read_space(own, member)});
    } catch (const Error&) {
        return {};
    }
}

void compact(EtcdCluster& etcd) {
    const auto reply = etcd.ask("/v3/kv/range", {{"key", "AA=="}, {"limit", "1"}});
    const auto revision = text_at(part_at(reply, "header"), "revision");
    try {
        etcd.ask("/v3/kv/compaction", {{"revision", revision}, {"physical", true}});
    } catch (const cluster::EtcdError& refusal) {
        if (refusal.reason().find("has been compacted") == std::string::npos) {
            throw;
        }
    }
}

void defragment(EtcdCluster& one) {
    one.ask("/v3/maintenance/defragment", json::object());
}

void disarm(EtcdCluster& etcd, const std::vector<Alarm>& alarms, const std::string& name) {
    for (const auto& alarm : alarms) {
        if (alarm.name == name) {
            etcd.ask("/v3/maintenance/alarm", {{"action", "DEACTIVATE"},
                                               {"memberID", std::to_string(alarm.member)},
                                               {"alarm", name}});
        }
    }
}

} // namespace k8s_node
