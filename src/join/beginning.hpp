// Who begins a cluster that a seed has planned. Exactly one node may, and only once: each machine
// decides for itself, before anything of it is touched.
#pragma once

#include "join/join_data.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node {

/// A control plane that has join data.
struct Candidate {
    std::string node_name;
    std::string address;     ///< where its own API server will answer
    bool holds_data = false; ///< its etcd has some already
};

/// Returns the data with a decision: whoever begins has `begins` and the setting etcd.join false,
/// all others no `begins` and etcd.join true. nullopt if the data hold a decision already, or none
/// is needed. The node of `begins` begins, until `begins_until`, if no other API server of this
/// cluster answers. Throws Error(verification) if something else answers in its place, Error
/// (not_yet) while this machine's clock is before the time of the cluster's CA.
[[nodiscard]] std::optional<JoinData> decide_beginning(const JoinData& data,
                                                       const Candidate& candidate, EventLoop& loop);

} // namespace k8s_node
