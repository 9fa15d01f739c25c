// The way back over a minor version of etcd: the newer one raises the schema of
// its data, an older one refuses them, so the newer one is asked to lower them
// while it still runs (etcd's online downgrade, one minor version at a time).
#pragma once

#include <chrono>
#include <optional>

#include "apply/system.hpp"
#include "cluster/transport.hpp"
#include "model/generation.hpp"
#include "model/version.hpp"

namespace k8s_node {

/// The minor version of etcd to which going from `current` to `next` leads
/// down; nullopt where it does not, or by more than one, which etcd cannot.
[[nodiscard]] std::optional<Version> etcd_to_downgrade_to(const Manifest& current,
                                                          const Manifest& next);

/// Has etcd lower its data to what `to` reads, and waits for it. Nothing is to
/// be done where the etcd that runs is not newer: the change did not get to it.
/// Throws Error when etcd refuses or has not done it by the deadline; then the
/// downgrade is cancelled.
void downgrade_etcd(cluster::Transport& transport, const Version& to,
                    std::chrono::milliseconds deadline);

/// Takes back what downgrade_etcd() asked for, if etcd still has it in mind.
/// Returns whether it had. Left as it is, etcd would keep its data lowered when
/// nobody goes back any more.
bool cancel_downgrade(cluster::Transport& transport);

/// Both, around a switch. What ends the switch before `next` is current cancels
/// the downgrade, at the end of this object.
class EtcdDowngrade {
public:
    /// Asks nothing yet. All of it must outlive this.
    EtcdDowngrade(const Generation& next, const Generation& current, const System& system);
    EtcdDowngrade(const EtcdDowngrade&) = delete;
    EtcdDowngrade& operator=(const EtcdDowngrade&) = delete;
    EtcdDowngrade(EtcdDowngrade&&) = delete;
    EtcdDowngrade& operator=(EtcdDowngrade&&) = delete;
    ~EtcdDowngrade();

    /// Before anything is switched. An etcd that does not answer is left as it
    /// is, with a warning: the switch may be what makes it run.
    void lower_data();

private:
    void cancel() const;

    std::optional<Version> to_;
    const System& system_;
    bool asked_ = false;
};

} // namespace k8s_node
