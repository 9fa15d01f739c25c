// The entry of a machine into a cluster of etcd that exists: as a learner, which cannot harm the
// others' majority, and then with a vote.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "etcd/etcd_cluster.hpp"
#include "etcd/member_lock.hpp"

namespace k8s_node {

/// The member-to-be.
struct Entrant {
    std::string name;
    std::string peer_url; ///< "https://192.0.2.11:2380"
};

/// A member that has been added and not yet started.
struct Entered {
    std::uint64_t id = 0;
    std::vector<Member> members; ///< with itself, still without a name
};

class Entry {
public:
    using Tell = std::function<void(const std::string&)>;

    /// `tell` is called with each change that is made. The cluster must outlive it.
    Entry(EtcdCluster& cluster, EtcdConnector connect, Entrant entrant,
          std::chrono::seconds lock_time, Tell tell);

    /// Makes one attempt to add the entrant as a learner. After a success the lock is left to it,
    /// for its promotion. Members that the entrant was before its data were lost are removed first,
    /// and those whose own entry ended before its promotion, with its machine. Every step is read
    /// back from the list of the members. Throws Error with the reason if it cannot be done now; a
    /// later attempt goes on from there.
    Entered enter();

private:
    void take_lock();
    void give_lock_back();
    Entered enter_locked();
    void remove_former(const std::vector<Member>& members);
    void settle_learners(const std::vector<Member>& members);
    bool lives(const Member& member);
    void ask_to_add();
    [[nodiscard]] bool is_own(const Member& member) const;

    EtcdCluster& cluster_;
    EtcdConnector connect_;
    Entrant entrant_;
    MemberLock lock_;
    Tell tell_;
};

/// Returns the value of etcd's --initial-cluster for a member that has been added.
[[nodiscard]] std::string initial_cluster(const Entered& entered, const std::string& name);

/// Returns the client URLs of all members but one, where an entrant asks later.
[[nodiscard]] std::vector<std::string> client_urls_of_others(const std::vector<Member>& members,
                                                             std::uint64_t id);

} // namespace k8s_node
