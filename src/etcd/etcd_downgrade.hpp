// Rolling back over a minor version of etcd: the newer one raises the schema of its data, which an
// older one refuses, so the newer one is asked to lower it while it still runs (etcd's online
// downgrade, one minor version at a time).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cluster/transport.hpp"
#include "etcd/etcd_cluster.hpp"
#include "generations/system.hpp"
#include "model/generation.hpp"
#include "model/version.hpp"

namespace k8s_node {

/// Returns the minor version of etcd to downgrade to when `next` replaces `current`; nullopt if it
/// is not lower, or lower by more than one, which etcd does not support.
[[nodiscard]] std::optional<Version> etcd_to_downgrade_to(const Manifest& current,
                                                          const Manifest& next);

/// Has etcd lower its data to what `to` can read, and waits for it. Does nothing if the etcd that
/// runs is not newer, because the change did not get that far. Throws Error if etcd refuses or is
/// not done by the deadline; then the downgrade is cancelled.
void downgrade_etcd(EventLoop& loop, cluster::Transport& transport, const Version& to,
                    std::chrono::milliseconds deadline);

/// Cancels what downgrade_etcd() asked for, if etcd has not finished it; returns true if there was
/// something to cancel. Otherwise etcd would keep its data lowered although nobody rolls back any
/// more.
bool cancel_downgrade(cluster::Transport& transport);

/// True if a voter of the cluster that one of the URLs leads to answers and runs no newer minor
/// version than `version`: the data of a cluster are as old as its oldest etcd, so there is nothing
/// to downgrade. False if nobody lists the members.
[[nodiscard]] bool has_voter_of(const EtcdConnector& connect, const std::vector<std::string>& urls,
                                const Version& version);

/// Downgrades etcd's data around a switch. If the switch ends before `next` is current, the
/// destructor cancels the downgrade.
class EtcdDowngrade {
public:
    /// Sends no request yet. The arguments must outlive this object.
    EtcdDowngrade(const Generation& next, const Generation& current, const System& system);
    EtcdDowngrade(const EtcdDowngrade&) = delete;
    EtcdDowngrade& operator=(const EtcdDowngrade&) = delete;
    EtcdDowngrade(EtcdDowngrade&&) = delete;
    EtcdDowngrade& operator=(EtcdDowngrade&&) = delete;
    ~EtcdDowngrade();

    /// Call it before anything is switched. An etcd that does not answer is left alone, with a
    /// warning: the switch may be what makes it run.
    void lower_data();

private:
    [[nodiscard]] bool is_held_back() const;
    void cancel() const;

    std::optional<Version> to_;
    EtcdMember etcd_; ///< the one that runs
    const System& system_;
    bool asked_ = false;
};

} // namespace k8s_node
