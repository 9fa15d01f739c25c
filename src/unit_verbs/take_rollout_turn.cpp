// k8s-node-install take-rollout-turn: for ExecStart= of k8s-node-rollout-turn.service.
#include <cstdio>
#include <optional>

#include "command_line/options.hpp"
#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "node/machine.hpp"
#include "node/verbs.hpp"
#include "renewal/turn.hpp"
#include "rollout/turn.hpp"
#include "support/interrupt.hpp"
#include "terminal/service_log.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

namespace {

using rollout::Progress;
using rollout::Report;

/// A control plane that restarts its member of etcd must not be one that the others need, nor do so
/// while another one renews its certificates. The coordinator gives one turn at a time, so the
/// members' lock is all that is needed.
class MembersTurn {
public:
    MembersTurn(const Root& root, Manifest manifest) : loop_(interrupt_token()) {
        manifest.provided.api_server.reset();
        turn_.emplace(manifest, root, "takes its turn in a rollout", loop_,
                      [](const std::string& why) { print_line(Priority::notice, why); });
        turn_->take();
    }
    MembersTurn(const MembersTurn&) = delete;
    MembersTurn& operator=(const MembersTurn&) = delete;
    MembersTurn(MembersTurn&&) = delete;
    MembersTurn& operator=(MembersTurn&&) = delete;
    /// A change that failed was rolled back.
    ~MembersTurn() { turn_->give_back(); }

private:
    EventLoop loop_;
    std::optional<Turn> turn_;
};

/// Lets a reset remove what the turn configures, and a redeploy keep it.
void note_configuration(const Context& context) {
    Terminal terminal(verbosity(context));
    const auto lock = take_lock(context.node, "take-rollout-turn", terminal);
    const auto& root = context.node.root;
    auto ledger = read_ledger(root);
    for (const auto* path : {rollout::paths::drop_in, rollout::paths::layer}) {
        if (!path_exists(root.at(path))) { // an operator's stays
            ledger.note_file(path, root);
        }
    }
    write_ledger(root, ledger);
}

void change_node(const Context& context) {
    const auto manifest = installed_manifest(context.node.root);
    if (!manifest) {
        throw Error("nothing is installed on this machine", ExitStatus::unsuitable);
    }
    const MembersTurn turn(context.node.root, *manifest);
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
    try {
        note_configuration(context);
        rollout::place_configuration(root, *turn);
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
