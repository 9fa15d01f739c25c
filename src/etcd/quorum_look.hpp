// Looking at the majority of a cluster of etcd, by questions that need none.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "etcd/etcd_cluster.hpp"
#include "etcd/quorum.hpp"
#include "model/provided.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// How long a member may take for its answer, which it gives without asking others.
inline constexpr std::chrono::milliseconds look_time{2'000};

/// Asks the first of `urls` that answers for the members as it knows them, and then all of these,
/// at once, whether they have a leader. Takes at most `look_time` for each of the URLs, and once
/// for the members. A member that starts without a majority answers after five seconds (etcd v3.6,
/// server/embed/config.go, WaitClusterReadyTimeout). `connect` must be for `loop`.
[[nodiscard]] Quorum look_at_quorum(const EtcdConnector& connect,
                                    const std::vector<std::string>& urls, EventLoop& loop);

/// Asks this machine's own member first and then those that it knew when it was started last. One
/// that cannot be asked at all, since its keys are missing, is ignorance, and no error.
[[nodiscard]] Quorum look_at_own_quorum(const EtcdMember& etcd, const Root& root, EventLoop& loop);

} // namespace k8s_node
