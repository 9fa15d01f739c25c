// k8s-node-install upgrade
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/context.hpp"
#include "cli/release_report.hpp"
#include "node/verbs.hpp"

namespace k8s_node::cli {

namespace {

struct Options {
    ReleaseChangeOptions change;
    std::optional<std::string> to;
    bool drain = false;
    bool dry_run = false;
};

void print_plan(const Context& context, const Plan& plan) {
    if (!context.quiet && context.output == Output::text) {
        std::fputs(plan_text(plan, context.verbose).c_str(), stdout);
        std::fflush(stdout);
    }
}

ExitStatus show_upgrade(const Context& context, const Options& options) {
    Terminal terminal(Loudness::quiet);
    const auto plan = make_plan(context.node, options.change, {terminal, terminal});
    if (context.output == Output::json) {
        std::fputs(plan_json(plan).c_str(), stdout);
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
    Terminal terminal(loudness(context));
    const auto result =
        upgrade(context.node, options.change, {terminal, terminal}, [&](const Plan& plan) {
            if (!plan.empty()) {
                print_plan(context, plan);
            }
        });
    if (context.output == Output::json) {
        std::fputs(report_json(result).c_str(), stdout);
    } else if (!context.quiet) {
        std::fputs(report_text(result).c_str(), stdout);
    }
    return ExitStatus::success;
}

} // namespace

void add_upgrade(CLI::App& app, Context& context) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("upgrade", "Bring this node to another release");
    add_node_options(*verb, context);
    verb->add_option("--to", options->to, "Release to go to; else what the configuration says")
        ->excludes("--release");
    verb->add_flag("--drain", options->drain,
                   "Move pods to other nodes first, then take pods again");
    verb->add_option_function<unsigned>(
            "--drain-timeout",
            [options](unsigned seconds) {
                options->change.drain_deadline = std::chrono::seconds(seconds);
            },
            "How long pods may take to leave, in seconds (300)")
        ->option_text("SECONDS");
    verb->add_flag("--dry-run", options->dry_run, "Check and show, and change nothing");
    add_change_options(*verb, context);
    add_output_option(*verb, context);
    add_verbosity_options(*verb, context);
    verb->callback([&context, options] {
        if (options->to) {
            context.node.release = options->to;
        }
        options->change.drain = options->drain ? Drain::yes : Drain::no;
        context.run = [&context, options] { return run_upgrade(context, *options); };
    });
}

} // namespace k8s_node::cli
