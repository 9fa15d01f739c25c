// k8s-node-install etcd snapshot save|list, etcd defrag
#include "upkeep/etcd_upkeep.hpp"

#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "support/printable.hpp"
#include "support/text.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

ExitStatus run_save(const Context& context, const SnapshotRequest& request) {
    Terminal terminal(verbosity(context));
    const auto result = save_etcd(context.node, request, {terminal, terminal});
    if (context.output == Output::json) {
        Json out = {{"saved", result.snapshot.has_value()}, {"savedBy", result.other}};
        if (result.snapshot) {
            out["path"] = result.snapshot->path;
            out["bytes"] = result.snapshot->bytes;
            out["revision"] = result.snapshot->revision;
        }
        out["removed"] = result.removed;
        print_json(out);
    } else if (talks(context) && result.snapshot) {
        std::printf("%s\n", printable(result.snapshot->path).c_str());
    } else if (talks(context)) {
        std::printf("Nothing was saved: member %s does that.\n", printable(result.other).c_str());
    }
    return ExitStatus::success;
}

Json json_of(const SavedSnapshot& snapshot) {
    return {{"path", snapshot.path},         {"saved", utc_text(snapshot.saved)},
            {"bytes", snapshot.bytes},       {"beforeChange", snapshot.before_change},
            {"revision", snapshot.revision}, {"damage", snapshot.damage}};
}

void print_snapshots(const std::vector<SavedSnapshot>& snapshots) {
    std::printf("%-21s %-10s %-10s %-14s %s\n", "SAVED", "SIZE", "REVISION", "STATE", "FILE");
    for (const auto& each : snapshots) {
        std::printf("%-21s %-10s %-10lld %-14s %s\n", utc_text(each.saved).c_str(),
                    human_bytes(each.bytes).c_str(), static_cast<long long>(each.revision),
                    each.damage.empty() ? "good" : "damaged", printable(each.path).c_str());
    }
    for (const auto& each : snapshots) {
        if (!each.damage.empty()) {
            std::printf("%s\n", printable(each.damage).c_str());
        }
    }
}

ExitStatus run_list(const Context& context) {
    const auto snapshots = list_etcd_snapshots(context.node);
    bool all_good = true;
    auto list = Json::array();
    for (const auto& each : snapshots) {
        all_good = all_good && each.damage.empty();
        list.push_back(json_of(each));
    }
    if (context.output == Output::json) {
        print_json(list);
    } else if (talks(context)) {
        print_snapshots(snapshots);
    }
    return all_good ? ExitStatus::success : ExitStatus::verification;
}

ExitStatus run_defrag(const Context& context) {
    Terminal terminal(verbosity(context));
    const auto result = defragment_etcd(context.node, {terminal, terminal});
    if (context.output == Output::json) {
        Json out = {{"members", Json::array()}, {"disarmed", result.disarmed}};
        for (const auto& [before, after] : result.members) {
            out["members"].push_back({{"name", before.member.name},
                                      {"before", before.bytes},
                                      {"after", after.bytes},
                                      {"quota", after.quota}});
        }
        print_json(out);
    } else if (talks(context)) {
        for (const auto& [before, after] : result.members) {
            std::printf("%s: %s, before %s\n", printable(member_text(before.member)).c_str(),
                        human_bytes(after.bytes).c_str(), human_bytes(before.bytes).c_str());
        }
        if (result.disarmed) {
            std::puts("etcd accepts writes again.");
        }
    }
    return ExitStatus::success;
}

void add_save(Verb& snapshot, Context& context) {
    auto request = std::make_shared<SnapshotRequest>();
    auto save = snapshot.add("save", "Save one and read it back");
    save.optional_argument("file", request->file, "Where to (/var/lib/k8s-node/snapshots)");
    save.flag("--scheduled", request->scheduled, "Only if no other member does (for a timer)");
    save.number(
        "--keep", {1, 1000},
        [request](auto count) { request->retention.count = static_cast<std::size_t>(count); },
        "Remove older ones than so many");
    save.number(
        "--max-age", {1, 3650},
        [request](auto days) { request->retention.age = std::chrono::days(days); },
        "Remove those older than so many days");
    save.runs([&context, request] { return run_save(context, *request); });
}

} // namespace

void add_etcd_upkeep(Verb& etcd, Verb& snapshot, Context& context) {
    add_save(snapshot, context);
    auto list = snapshot.add("list", "List and verify those on this machine");
    list.runs_unrecorded([&context] { return run_list(context); });
    auto defrag = etcd.add("defrag", "Make room in the database of all members");
    defrag.runs([&context] { return run_defrag(context); });
}

} // namespace k8s_node::cli
