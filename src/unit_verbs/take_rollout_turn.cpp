// k8s-node-install take-rollout-turn: for ExecStart= of k8s-node-rollout-turn.service.
#include <cstdio>

#include "command_line/options.hpp"
#include "etcd/all_vote.hpp"
#include "etcd/etcd.hpp"
#include "generations/generation_resource.hpp"
#include "node/verbs.hpp"
#include "rollout/turn.hpp"
#include "support/interrupt.hpp"
#include "terminal/service_log.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

namespace {

using rollout::Progress;
using rollout::Report;

/// How long the others of a database may take until all answer and vote.
constexpr std::chrono::seconds patience_with_members{300};

/// A control plane that restarts its member of etcd must not be one that the others need.
void wait_for_members(const Context& context, const Manifest& manifest) {
    if (!manifest.provided.etcd) {
        return;
    }
    EventLoop loop(interrupt_token());
    const auto credentials = cluster::etcd_credentials(*manifest.provided.etcd, context.node.root);
    EtcdCluster etcd(etcd_connector(credentials, loop), {credentials.server});
    wait_until_all_vote(etcd, loop, EventLoop::Clock::now() + patience_with_members,
                        [](const std::string& why) { print_line(Priority::notice, why); });
}

void change_node(const Context& context) {
    const auto manifest = installed_manifest(context.node.root);
    if (!manifest) {
        throw Error("nothing is installed on this machine", ExitStatus::unsuitable);
    }
    wait_for_members(context, *manifest);
    ReleaseChangeOptions change;
    change.drain = manifest->provided.api_server ? Drain::no : Drain::yes;
    Terminal terminal(verbosity(context));
    upgrade(context.node, change, {terminal, terminal}, [](const Plan&) {});
}

/// Ends the turn whatever comes of it; only a kill or a loss of power leaves it to be repeated.
ExitStatus take_turn(const Context& context) {
    const auto& root = context.node.root;
    const auto turn = rollout::read_turn(root);
    if (!turn) {
        std::printf("It is not the turn of this node.\n");
        return ExitStatus::success;
    }
    if (const auto result = rollout::read_result(root); result.key == turn->key) {
        rollout::end_turn(root, result);
        return ExitStatus::success;
    }
    rollout::place_configuration(root, *turn);
    try {
        change_node(context);
    } catch (const Error& error) {
        rollout::restore_configuration(root);
        rollout::end_turn(root, Report{Progress::failed, turn->key, rollout::short_reason(error)});
        throw;
    }
    rollout::end_turn(root, Report{Progress::done, turn->key, ""});
    return ExitStatus::success;
}

} // namespace

void add_take_rollout_turn(Verb& parent, Context& context) {
    auto verb = parent.add("take-rollout-turn", "Take this node's turn in a rollout (a service)");
    verb.runs([&context] { return take_turn(context); }, Answers::only_text);
}

} // namespace k8s_node::cli
