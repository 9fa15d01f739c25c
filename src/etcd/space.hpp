// The space of etcd's database: how full it is on each member, the alarm that stops all writes when
// it is full, and making room. Facts: etcd v3.6, server/etcdserver/api/v3rpc/maintenance.go.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "etcd/etcd.hpp"
#include "etcd/etcd_cluster.hpp"
#include "model/finding.hpp"

namespace k8s_node {

struct MemberSpace {
    Member member;
    std::uint64_t bytes = 0;  ///< of the file
    std::uint64_t in_use = 0; ///< of these; the rest is free, and only a defragmentation returns it
    std::uint64_t quota = 0;  ///< at which writes are refused; 0 if it does not say
    bool leads = false;
};

/// An alarm of etcd, which stays until it is disarmed.
struct Alarm {
    std::uint64_t member = 0;
    std::string name; ///< "NOSPACE": all writes are refused; "CORRUPT": the data differ
    bool operator==(const Alarm&) const = default;
};

/// Returns the alarms of the cluster. Throws like EtcdCluster::ask(); so do the others.
[[nodiscard]] std::vector<Alarm> read_alarms(EtcdCluster& etcd);

/// Returns what a member says about itself. `one` must reach this one only.
[[nodiscard]] MemberSpace read_space(EtcdCluster& one, const Member& member);

/// Returns an error for each kind of alarm, and a warning for a database that is nearly full.
[[nodiscard]] Findings explain_space(const std::vector<Alarm>& alarms,
                                     const std::vector<MemberSpace>& spaces);

/// Looks at the alarms and at the space of this machine's member, which answers within seconds or
/// not at all: then nothing is found, and its majority is what is wrong.
[[nodiscard]] Findings look_at_own_space(const EtcdMember& etcd, const Root& root, EventLoop& loop);

/// Removes the history of all keys, so that its space is free. The API server does that every five
/// minutes, for what is older than five minutes.
void compact(EtcdCluster& etcd);

/// Has one member rewrite its database without the free space; it answers nobody meanwhile.
void defragment(EtcdCluster& one);

/// Ends the alarms of this name. etcd raises it again with the next write if nothing was mended.
void disarm(EtcdCluster& etcd, const std::vector<Alarm>& alarms, const std::string& name);

} // namespace k8s_node
