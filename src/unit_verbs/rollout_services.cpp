// k8s-node-install take-part-in-rollouts and coordinate-rollouts: for ExecStart= of
// k8s-node-rollout.service and k8s-node-rollout-coordinator.service.
#include <memory>

#include "command_line/options.hpp"
#include "rollout/service.hpp"
#include "terminal/service_log.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

namespace {

/// The identity of a node or of the coordinator.
struct ServiceOptions {
    std::string kubeconfig;
    std::string node;
};

} // namespace

void add_take_part_in_rollouts(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("take-part-in-rollouts", "Change this node at its turn (a service)");
    auto options = std::make_shared<ServiceOptions>();
    options->kubeconfig = "/etc/kubernetes/kubelet.conf";
    verb.text("--kubeconfig", options->kubeconfig, "How to reach the API server, and as whom");
    verb.text("--node", options->node, "Name of this node");
    verb.runs_unrecorded(
        [options] {
            rollout::run_participant(options->kubeconfig, options->node, print_line);
            return ExitStatus::success;
        },
        Answers::only_text);
}

void add_coordinate_rollouts(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("coordinate-rollouts", "Give the nodes their turns (a service)");
    auto options = std::make_shared<ServiceOptions>();
    options->kubeconfig = "/etc/kubernetes/k8s-node-rollout.conf";
    verb.text("--kubeconfig", options->kubeconfig, "How to reach the API server, and as whom");
    verb.runs_unrecorded(
        [options] {
            rollout::run_coordinator(options->kubeconfig, print_line);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
