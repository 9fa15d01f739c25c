#include "rollout/service.hpp"

#include <memory>

#include "rollout/coordinator.hpp"
#include "rollout/participant.hpp"
#include "support/error.hpp"
#include "systemd/notify.hpp"
#include "watch/daemon.hpp"

namespace k8s_node::rollout {

void run_participant(const std::string& kubeconfig, const std::string& node, const Log& log) {
    if (node.empty()) {
        throw Error("--node is needed: whose turn is meant", ExitStatus::usage);
    }
    watch::run_daemon([&](EventLoop& loop) {
        return std::make_shared<Participant>(loop, ParticipantFiles{kubeconfig, Root()}, node,
                                             Participant::Observer{tell_ready, tell_status, log});
    });
}

void run_coordinator(const std::string& kubeconfig, const Log& log) {
    watch::run_daemon([&](EventLoop& loop) {
        return std::make_shared<Coordinator>(loop, read_kubeconfig(kubeconfig, Root()),
                                             Coordinator::Observer{tell_ready, tell_status, log});
    });
}

} // namespace k8s_node::rollout
