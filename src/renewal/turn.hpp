// One control plane, and one member of etcd, at a time: who restarts services that others of the
// cluster stand in for holds what only one machine can hold.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cluster/curl_transport.hpp"
#include "etcd/etcd_cluster.hpp"
#include "etcd/member_lock.hpp"
#include "model/manifest.hpp"
#include "renewal/lease.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// What to do where nobody answers: give up, or go on, for what has expired and is why nobody does.
enum class Silence { refuse, go_on };

class Turn {
public:
    using Tell = std::function<void(const std::string&)>;

    static constexpr const char* lease_name = "k8s-node-control-plane";
    /// Longer than the restart of a control plane takes. It is not prolonged: a machine that cannot
    /// finish, and perhaps not speak to the cluster either, keeps the others away this long.
    static constexpr std::chrono::seconds time{900};
    /// How long somebody else's turn is waited for.
    static constexpr std::chrono::seconds patience{1200};

    /// `why` is what the machine does in its turn: "renews certificates". The loop must outlive it.
    /// Sends nothing yet.
    Turn(const Manifest& manifest, const Root& root, std::string why, EventLoop& loop, Tell tell);

    /// Waits for the turn: on a control plane for the Lease kube-system/k8s-node-control-plane, on
    /// a member of etcd also for the lock of its members, and until all of these vote. Does nothing
    /// on other machines. Throws Error(not_ready) if it does not come, or, with Silence::refuse,
    /// nobody answers for five minutes.
    void take(Silence silence = Silence::refuse);

    /// Ends the turn, once everything works again. Whoever fails keeps it until it runs out, so
    /// that the next machine does not begin at once. What fails is told and no error.
    void give_back() noexcept;

private:
    using Deadline = EventLoop::Clock::time_point;
    using Attempt = std::function<std::optional<std::string>()>;

    /// Repeats `attempt`, which returns whom it waits for. Returns false if nobody answers and it
    /// goes on.
    bool wait(const Attempt& attempt, Deadline deadline, Silence silence);

    EventLoop& loop_;
    Tell tell_;
    std::string told_;
    std::unique_ptr<cluster::CurlTransport> api_;
    std::optional<Lease> lease_;
    std::optional<EtcdCluster> etcd_;
    std::optional<MemberLock> members_;
};

} // namespace k8s_node
