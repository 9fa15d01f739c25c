#include "upkeep/etcd_upkeep.hpp"

#include <filesystem>

#include "etcd/etcd.hpp"
#include "generations/generation_resource.hpp"
#include "node/machine.hpp"
#include "support/interrupt.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

EtcdMember own_member(const Root& root) {
    const auto manifest = installed_manifest(root);
    if (!manifest || !manifest->provided.etcd) {
        throw Error("this machine has no member of etcd", ExitStatus::unsuitable)
            .try_this("run it on a control plane");
    }
    return *manifest->provided.etcd;
}

EtcdCluster cluster_of(const EtcdMember& etcd, const Root& root, EventLoop& loop) {
    const auto credentials = cluster::etcd_credentials(etcd, root);
    return {etcd_connector(credentials, loop), {credentials.server}};
}

/// Returns the member that saves it, if that is another one. Each finds itself by its own answer.
std::string other_saver(const EtcdMember& etcd, const Root& root, EventLoop& loop) {
    auto own = cluster_of(etcd, root, loop);
    const auto members = own.list_members();
    const auto* saver = saves_snapshot(members, own.answering(members));
    const auto self = answering_member(own.ask("/v3/maintenance/status", nlohmann::json::object()));
    return saver == nullptr || saver->id == self ? "" : member_text(*saver);
}

void say(const Reporting& reporting, Priority priority, const std::string& message,
         const std::string& object, const char* id = "") {
    reporting.events.report(
        {priority, message, id, {{"K8S_NODE_PHASE", "snapshot"}, {"K8S_NODE_OBJECT", object}}});
}

std::vector<std::string> remove_expired(const NodeOptions& options, const Retention& retention) {
    std::vector<std::string> removed;
    if (retention.count != 0 || retention.age) {
        for (const auto& each :
             expired_snapshots(saved_snapshots(options.root), retention, utc_now())) {
            std::filesystem::remove(each.path);
            removed.push_back(each.path);
        }
    }
    return removed;
}

} // namespace

SnapshotResult save_etcd(const NodeOptions& options, const SnapshotRequest& request,
                         const Reporting& reporting) {
    const auto lock = take_lock(options, "etcd snapshot save", reporting.events);
    const auto etcd = own_member(options.root);
    EventLoop loop(interrupt_token());
    SnapshotResult result;
    if (request.scheduled) {
        result.other = other_saver(etcd, options.root, loop);
        if (!result.other.empty()) {
            return result;
        }
    }
    result.snapshot = save_snapshot(options.root, etcd, request.file, loop);
    say(reporting, Priority::info,
        "a snapshot of etcd was saved and read back: " + result.snapshot->path + " (revision " +
            std::to_string(result.snapshot->revision) + ", " + human_bytes(result.snapshot->bytes) +
            ")",
        result.snapshot->path, message::etcd_snapshot_saved);
    result.removed = remove_expired(options, request.retention);
    for (const auto& path : result.removed) {
        say(reporting, Priority::info, path + " was removed: it is beyond what is kept", path);
    }
    return result;
}

std::vector<SavedSnapshot> list_etcd_snapshots(const NodeOptions& options) {
    const auto etcd = own_member(options.root);
    EventLoop loop(interrupt_token());
    auto snapshots = saved_snapshots(options.root);
    for (auto& each : snapshots) {
        verify(each, etcd, loop);
    }
    return snapshots;
}

DefragResult defragment_etcd(const NodeOptions& options, const Reporting& reporting) {
    const auto lock = take_lock(options, "etcd defrag", reporting.events);
    const auto etcd = own_member(options.root);
    EventLoop loop(interrupt_token());
    const auto connect = etcd_connector(cluster::etcd_credentials(etcd, options.root), loop);
    auto own = cluster_of(etcd, options.root, loop);
    const auto manifest = installed_manifest(options.root);
    return defragment_all(
        own, connect, manifest->node_name + ", which defragments etcd", loop,
        [&](const std::string& what) { say(reporting, Priority::info, what, etcd.unit); });
}

} // namespace k8s_node
