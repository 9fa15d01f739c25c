// One change of etcd's members at a time: a key that only one machine holds, and that goes by
// itself when its holder dies (a lease).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "etcd/etcd_cluster.hpp"

namespace k8s_node {

class MemberLock {
public:
    /// Beside what the API server keeps, all of which is below /registry.
    static constexpr const char* key = "k8s-node/member-change";
    /// A holder has this long from one take() to the next: a member that has been added starts in
    /// the meantime.
    static constexpr std::chrono::seconds usual_time{60};

    /// `holder` is the name of the member-to-be, and the lock is its own whichever of its processes
    /// has taken it. The cluster must outlive the lock.
    MemberLock(EtcdCluster& cluster, std::string holder, std::chrono::seconds time = usual_time)
        : cluster_(cluster), holder_(std::move(holder)), time_(time) {}

    /// Takes the lock, or prolongs it, and returns nullopt; returns the name of the holder if that
    /// is another. Throws like EtcdCluster::ask().
    std::optional<std::string> take();

    /// Gives the lock back, if it is the holder's own. Throws like EtcdCluster::ask().
    void release();

private:
    struct Held {
        std::string holder;
        std::int64_t lease = 0;
    };
    std::optional<Held> read();
    bool prolong(std::int64_t lease);
    std::optional<Held> put();
    void revoke(std::int64_t lease);

    EtcdCluster& cluster_;
    std::string holder_;
    std::chrono::seconds time_;
};

} // namespace k8s_node
