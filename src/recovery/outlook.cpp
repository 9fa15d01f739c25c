#include "recovery/outlook.hpp"

#include <filesystem>
#include <sys/stat.h>

#include "etcd/member_note.hpp"
#include "etcd/quorum_look.hpp"
#include "host/nearest_existing.hpp"
#include "recovery/member_data.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view name_flag = "--name=";
constexpr std::uint64_t spare_bytes = std::uint64_t{64} << 20U;

std::string saved_at(const fs::path& file) {
    struct stat status {};
    const bool exists = ::stat(file.c_str(), &status) == 0;
    return exists ? utc_text(std::chrono::sys_seconds(std::chrono::seconds(status.st_mtime)))
                  : "unknown";
}

/// A member that has not voted yet may lack a part of the data.
void check_vote(const Quorum& quorum, const std::string& own, const Root& root,
                Findings& findings) {
    const auto note = read_member_note(root.at(paths::etcd_member_note));
    bool is_learner = note && note->is_entering;
    for (const auto& seen : quorum.members) {
        is_learner = is_learner || (seen.member.name == own && seen.member.is_learner);
    }
    if (is_learner) {
        findings.push_back({"EtcdVote", Severity::error,
                            "this machine's member of etcd never had a vote: its data may not be "
                            "complete",
                            "recover on a machine whose member had one, or from a snapshot"});
    }
}

void check_space(const fs::path& place, std::uint64_t bytes, const Root& root, Findings& findings) {
    std::error_code error;
    const auto space = fs::space(host::nearest_existing(root.at(place)), error);
    const auto wanted = bytes + spare_bytes;
    if (!error && space.available < wanted) {
        findings.push_back({"EtcdDiskSpace", Severity::error,
                            place.string() + " needs " + human_bytes(wanted) + " and has " +
                                human_bytes(space.available),
                            "free some: older copies in " + std::string(paths::recovery_copies) +
                                " are of use to nobody but you"});
    }
}

std::string copy_for_now() {
    return std::string(paths::recovery_copies) + "/" + replace_all(utc_text(utc_now()), ":", "");
}

/// What was interrupted is finished as it was begun.
RecoveryOutlook continued(RecoveryOutlook outlook, RecoveryState state,
                          const std::string& snapshot) {
    if (!snapshot.empty() && snapshot != state.snapshot) {
        throw Error("a recovery from " +
                        (state.snapshot.empty() ? "this machine's own data" : state.snapshot) +
                        " was interrupted, and must be finished first",
                    ExitStatus::usage)
            .try_this("k8s-node-install etcd recover, without --snapshot");
    }
    outlook.state = std::move(state);
    outlook.continues = true;
    return outlook;
}

void look_at_data(const EtcdMember& etcd, const Quorum& quorum, const System& system,
                  RecoveryOutlook& outlook) {
    if (!has_member_data(etcd, system.root)) {
        throw Error("this machine has no data of etcd to go on from: there is no log in " +
                        member_data(etcd, system.root).string(),
                    ExitStatus::unsuitable)
            .try_this("recover on the machine of another member, mount the directory, or name a "
                      "snapshot: --snapshot FILE");
    }
    check_vote(quorum, outlook.member, system.root, outlook.findings);
}

void look_at_snapshot(const EtcdMember& etcd, const System& system, RecoveryOutlook& outlook) {
    const fs::path file = outlook.state.snapshot;
    outlook.snapshot = verify_snapshot(etcd, file, system.loop);
    outlook.saved_at = saved_at(file);
    check_space(etcd.data, outlook.snapshot.bytes, system.root, outlook.findings);
}

} // namespace

std::string member_name(const EtcdMember& etcd) {
    for (const auto& flag : etcd.identity) {
        if (flag.starts_with(name_flag)) {
            return flag.substr(name_flag.size());
        }
    }
    return {};
}

std::vector<DroppedMember> dropped_members(const Quorum& quorum, const std::string& own,
                                           const std::vector<std::string>& noted) {
    std::vector<DroppedMember> dropped;
    for (const auto& seen : quorum.members) {
        if (seen.member.name != own) {
            dropped.push_back({seen.member.id, member_text(seen.member)});
        }
    }
    if (quorum.members.empty()) {
        for (const auto& url : noted) {
            dropped.push_back({0, url});
        }
    }
    return dropped;
}

Findings findings_before_recovery(const Quorum& quorum, bool from_snapshot) {
    if (!quorum.has_leader) {
        return {};
    }
    return {{"EtcdQuorum", Severity::error,
             "etcd works (" + quorum_text(quorum) +
                 "), so there is nothing to recover: what it has would be given up",
             from_snapshot
                 ? "to go back to the snapshot nevertheless, stop etcd on the machines of all "
                   "other members, and repeat this with --ignore-preflight EtcdQuorum"
                 : "to replace a member that is lost: k8s-node-install node remove NAME, and let "
                   "a machine join"}};
}

RecoveryOutlook look_before_recovery(const Generation& current, const std::string& snapshot,
                                     const System& system) {
    const auto& provided = current.manifest.provided;
    if (!provided.etcd) {
        throw Error("this machine has no member of etcd to recover", ExitStatus::unsuitable)
            .try_this("run it on a control plane, or on a machine of the profile etcd");
    }
    RecoveryOutlook outlook;
    outlook.member = member_name(*provided.etcd);
    outlook.data = provided.etcd->data;
    outlook.has_api_server = provided.api_server.has_value();
    auto interrupted = read_recovery_state(system.root);
    if (interrupted && interrupted->step != RecoveryStep::begun) {
        return continued(std::move(outlook), *std::move(interrupted), snapshot);
    }
    const auto quorum = look_at_own_quorum(*provided.etcd, system.root, system.loop);
    const auto note = read_member_note(system.root.at(paths::etcd_member_note));
    outlook.state = {RecoveryStep::begun, snapshot, copy_for_now(),
                     dropped_members(quorum, outlook.member, note.value_or(MemberNote{}).peers)};
    outlook.findings = findings_before_recovery(quorum, !snapshot.empty());
    if (snapshot.empty()) {
        look_at_data(*provided.etcd, quorum, system, outlook);
    } else {
        look_at_snapshot(*provided.etcd, system, outlook);
    }
    check_space(paths::recovery_copies, member_data_bytes(*provided.etcd, system.root), system.root,
                outlook.findings);
    return outlook;
}

} // namespace k8s_node
