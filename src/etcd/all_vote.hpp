// Waits until a database can bear the loss of a member.
#pragma once

#include <functional>
#include <string>

#include "etcd/etcd_cluster.hpp"

namespace k8s_node {

/// Returns why a member should not be restarted now: others do not answer or have no vote. Empty if
/// all do. Throws like EtcdCluster::ask().
[[nodiscard]] std::string why_not_all_vote(EtcdCluster& etcd);

/// Waits in `loop` until all members answer and have a vote; `tell` hears once of each reason to
/// wait. Throws Error(not_ready) with the reason at the deadline.
void wait_until_all_vote(EtcdCluster& etcd, EventLoop& loop, EventLoop::Clock::time_point deadline,
                         const std::function<void(const std::string&)>& tell);

} // namespace k8s_node
