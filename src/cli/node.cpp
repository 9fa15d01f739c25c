// k8s-node-install node remove
#include <cstdio>
#include <memory>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "membership/node_remove.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

struct Options {
    NodeRemoval removal;
    std::string kubeconfig;
    bool keeps_pods = false;
};

void print_removed(const NodeRemoval& removal, const NodeRemoved& removed) {
    const char* name = removal.node.c_str();
    if (!removed.existed) {
        std::printf("Nothing to do: the cluster has no node %s.\n", name);
        return;
    }
    std::printf("Node %s is removed from the cluster.\n", name);
    if (removed.was_alive) {
        std::printf("Its machine still runs, and may register the node again when its kubelet is "
                    "restarted,\nsince its certificate stays valid. To end that, on the machine: "
                    "k8s-node-install reset\n");
    }
    if (removed.was_control_plane) {
        std::printf("It has copies of the cluster's keys: reset it, or erase its disk.\n");
    }
}

ExitStatus run_remove(const Context& context, Options& options) {
    Terminal terminal(verbosity(context));
    options.removal.drains = !options.keeps_pods;
    const auto removed =
        remove_node(context.node.root, options.removal, options.kubeconfig, terminal);
    if (context.output == Output::json) {
        print_json({{"node", options.removal.node},
                    {"removed", removed.existed},
                    {"machine_runs", removed.was_alive},
                    {"control_plane", removed.was_control_plane}});
    } else if (talks(context)) {
        print_removed(options.removal, removed);
    }
    return ExitStatus::success;
}

} // namespace

void add_node(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto node = parent.add("node", "Manage the other nodes of this cluster");
    auto remove = node.add("remove", "Drain a node and remove it from the cluster");
    remove.argument("name", options->removal.node, "The node");
    remove.text("--kubeconfig", options->kubeconfig, "An administrator's (this control plane's)");
    remove.flag("--no-drain", options->keeps_pods, "Remove it without draining it first");
    remove.seconds(
        "--drain-timeout", [options](auto seconds) { options->removal.drain_time = seconds; },
        "How long the drain may take (300)");
    remove.runs([&context, options] { return run_remove(context, *options); });
}

} // namespace k8s_node::cli
