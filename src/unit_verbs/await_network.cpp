// k8s-node-install await-network: for ExecStartPre= of units.
#include "aides/await_network.hpp"

#include <cstdio>
#include <memory>

#include "command_line/options.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

namespace {

struct AwaitOptions {
    std::string node;
    std::string kubeconfig;
    std::chrono::seconds deadline = std::chrono::hours(1);
};

/// The output goes to the unit's journal: a line for every new reason.
ExitStatus run_await_network(const AwaitOptions& options) {
    await_network(options.node, options.kubeconfig, options.deadline,
                  [&](const std::string& reason) {
                      std::printf("waiting for the pod network of node %s: %s\n",
                                  options.node.c_str(), reason.c_str());
                      std::fflush(stdout);
                  });
    return ExitStatus::success;
}

} // namespace

void add_await_network(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("await-network", "Wait for a Node's pod network (for ExecStartPre=)");
    auto options = std::make_shared<AwaitOptions>();
    verb.argument("node", options->node, "Name of the node");
    verb.text("--kubeconfig", options->kubeconfig, "Identity that may read the Node");
    verb.seconds(
        "--deadline", [options](auto time) { options->deadline = time; },
        "Give up after this time in seconds (3600)");
    verb.runs_unrecorded([options] { return run_await_network(*options); }, Answers::only_text);
}

} // namespace k8s_node::cli
