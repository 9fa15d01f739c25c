// Keeping etcd's database in order: who of several members saves the nightly snapshot, and
// defragmentation, one member at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "etcd/space.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node {

/// Returns the member that saves the snapshot for all: of the voters that answer the one with the
/// lowest ID. Everybody finds the same, and snapshots stay on one machine as long as it lives.
/// nullptr if none is among `members`.
[[nodiscard]] const Member* saves_snapshot(const std::vector<Member>& members,
                                           const std::set<std::uint64_t>& answering);

/// The database of a member before and after.
struct Defragmented {
    MemberSpace before;
    MemberSpace after;
};

struct DefragResult {
    std::vector<Defragmented> members;
    bool disarmed = false; ///< the alarm NOSPACE was raised, and is over
};

/// Defragments all members, one after another, the leader last; each must answer and have all its
/// fellows again before the next. With the alarm NOSPACE the history is compacted first, and the
/// alarm disarmed at the end. `tell` hears of each step. Throws Error(unsuitable) if a member does
/// not answer or has no vote, before anything is done, and Error(not_ready) if one does not come
/// back.
DefragResult defragment_all(EtcdCluster& etcd, const EtcdConnector& connect,
                            const std::string& holder, EventLoop& loop,
                            const std::function<void(const std::string&)>& tell);

} // namespace k8s_node
