// k8s-node-install upgrade
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/verbs.hpp"
#include "reports/release_report.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

struct Options {
    ReleaseChangeOptions change;
    std::optional<std::string> to;
    bool drain = false;
    bool dry_run = false;
};

void print_plan(const Context& context, const Plan& plan) {
    if (talks(context)) {
        std::fputs(plan_text(plan, context.verbose).c_str(), stdout);
        std::fflush(stdout);
    }
}

ExitStatus show_upgrade(const Context& context, const Options& options) {
    Terminal terminal(read_only_verbosity(context));
    const auto plan = make_plan(context.node, options.change, {terminal, terminal});
    if (context.output == Output::json) {
        print_json(nlohmann::ordered_json::parse(plan_json(plan)));
    } else {
        print_plan(context, plan);
    }
    refuse_errors(plan.findings, "this upgrade would be refused");
    return plan.empty() ? ExitStatus::success : ExitStatus::changes;
}

ExitStatus run_upgrade(const Context& context, const Options& options) {
    refuse_contradiction(context.node);
    if (options.dry_run) {
        return show_upgrade(context, options);
    }
    Terminal terminal(verbosity(context));
    const auto result =
        upgrade(context.node, options.change, {terminal, terminal}, [&](const Plan& plan) {
            if (!plan.empty()) {
                print_plan(context, plan);
            }
        });
    print_report(context, result);
    return ExitStatus::success;
}

} // namespace

void add_upgrade(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto verb = parent.add("upgrade", "Upgrade this node to another release");
    add_node_options(verb, context);
    verb.text("--to", options->to, "Target release (default: the configured one)");
    verb.excludes("--to", "--release");
    verb.flag("--drain", options->drain, "Drain the node first, and uncordon it afterwards");
    verb.seconds(
        "--drain-timeout", [options](auto seconds) { options->change.drain_deadline = seconds; },
        "How long the drain may take (300)");
    verb.flag("--dry-run", options->dry_run, "Check and print the plan, and change nothing");
    add_change_options(verb, context);
    verb.runs([&context, options] {
        if (options->to) {
            context.node.release = options->to;
        }
        options->change.drain = options->drain ? Drain::yes : Drain::no;
        return run_upgrade(context, *options);
    });
}

} // namespace k8s_node::cli
