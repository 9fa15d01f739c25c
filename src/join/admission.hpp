// Reasons against a machine joining a cluster, asked before anything of it is touched.
#pragma once

#include "cluster/node_alive.hpp"
#include "join/join_data.hpp"
#include "loop/event_loop.hpp"
#include "model/finding.hpp"
#include "model/version.hpp"

namespace k8s_node {

/// The machine that wants to join.
struct Newcomer {
    std::string node_name;
    std::string machine_id; ///< machine-id(5)
    Version kubelet;
    bool is_control_plane = false; ///< it will have an API server of the same version
};

/// The node that has a name already.
using NameHolder = cluster::NodeSigns;

/// Returns why a name cannot be taken: another machine's kubelet reported under it within the last
/// minute.
[[nodiscard]] std::optional<Finding> check_name(const Newcomer& newcomer, const NameHolder& holder,
                                                std::chrono::sys_seconds now);

/// Asks the cluster as the bearer of the token. The data must be complete. A machine that seems to
/// be alive under the same name is watched until it reports again, for a minute at most: then it
/// has died, and this one may take its place. Throws like discover().
[[nodiscard]] Findings check_admission(const JoinData& data, const Newcomer& newcomer,
                                       EventLoop& loop);

} // namespace k8s_node
