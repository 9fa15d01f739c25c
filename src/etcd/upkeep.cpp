#include "etcd/upkeep.hpp"

#include <algorithm>

#include "etcd/all_vote.hpp"
#include "etcd/member_lock.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using namespace std::chrono_literals;

/// A gigabyte takes some ten seconds on a slow disk.
constexpr auto defragment_time = 10min;
constexpr auto patience_with_members = 2min;
constexpr const char* no_space = "NOSPACE";

class Defragmentation {
public:
    using Tell = std::function<void(const std::string&)>;

    Defragmentation(EtcdCluster& etcd, const EtcdConnector& connect, const std::string& holder,
                    EventLoop& loop, const Tell& tell)
        : etcd_(etcd), connect_(connect), lock_(etcd, holder, defragment_time), loop_(loop),
          tell_(tell) {}

    DefragResult run() {
        require_all();
        const auto alarms = read_alarms(etcd_);
        const bool is_full =
            std::ranges::any_of(alarms, [](const Alarm& alarm) { return alarm.name == no_space; });
        if (is_full) {
            tell_("etcd refuses writes (alarm NOSPACE); its history is compacted");
            compact(etcd_); // a full database takes no lock
        } else if (const auto other = lock_.take()) {
            throw Error("only one change of etcd's members at a time: " + *other,
                        ExitStatus::unsuitable)
                .try_this("the same command again when it has finished");
        }
        DefragResult result;
        for (const auto& space : in_order()) {
            result.members.push_back(defragment_one(space));
        }
        if (is_full) {
            disarm(etcd_, alarms, no_space);
            result.disarmed = true;
            tell_("the alarm NOSPACE is disarmed");
        } else {
            lock_.release();
        }
        return result;
    }

private:
    void require_all() {
        if (const auto why = why_not_all_vote(etcd_); !why.empty()) {
            throw Error("etcd cannot be defragmented now: " + why, ExitStatus::unsuitable)
                .try_this("bring it back first: a member answers nobody while it is defragmented");
        }
    }

    [[nodiscard]] EtcdCluster only(const Member& member) const {
        return {connect_, member.client_urls, defragment_time};
    }

    std::vector<MemberSpace> in_order() {
        std::vector<MemberSpace> spaces;
        for (const auto& member : etcd_.list_members()) {
            auto one = only(member);
            spaces.push_back(read_space(one, member));
        }
        std::stable_sort(spaces.begin(), spaces.end(), [](const auto& one, const auto& other) {
            return !one.leads && other.leads;
        });
        return spaces;
    }

    Defragmented defragment_one(const MemberSpace& before) {
        auto one = only(before.member);
        defragment(one);
        wait_until_all_vote(etcd_, loop_, EventLoop::Clock::now() + patience_with_members, tell_);
        Defragmented done{before, read_space(one, before.member)};
        tell_("member " + member_text(before.member) + " was defragmented: " +
              human_bytes(before.bytes) + " became " + human_bytes(done.after.bytes));
        return done;
    }

    EtcdCluster& etcd_;
    const EtcdConnector& connect_;
    MemberLock lock_;
    EventLoop& loop_;
    const Tell& tell_;
};

} // namespace

const Member* saves_snapshot(const std::vector<Member>& members,
                             const std::set<std::uint64_t>& answering) {
    const Member* chosen = nullptr;
    for (const auto& member : members) {
        const bool can = !member.is_learner && answering.contains(member.id);
        if (can && (chosen == nullptr || member.id < chosen->id)) {
            chosen = &member;
        }
    }
    return chosen;
}

DefragResult defragment_all(EtcdCluster& etcd, const EtcdConnector& connect,
                            const std::string& holder, EventLoop& loop,
                            const std::function<void(const std::string&)>& tell) {
    return Defragmentation(etcd, connect, holder, loop, tell).run();
}

} // namespace k8s_node
