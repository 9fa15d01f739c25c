// k8s-node-install rollback [N]
#include <cstdio>

#include "cli/context.hpp"
#include "cli/release_report.hpp"
#include "node/generations.hpp"

namespace k8s_node::cli {

namespace {

struct Options {
    std::optional<int> number;
};

void print_plan(const Context& context, const Plan& plan) {
    if (!context.quiet && !plan.empty() && context.output == Output::text) {
        std::fputs(plan_text(plan, context.verbose).c_str(), stdout);
        std::fflush(stdout);
    }
}

void print_end(const RollbackResult& result) {
    if (result.plan.empty()) {
        std::printf("Nothing to do: generation %d is current and runs.\n", result.to);
        return;
    }
    std::printf("Done: generation %d is current.\n"
                "The configuration was not changed: the next install returns to what it asks "
                "for.\n",
                result.to);
    if (result.api_outage) {
        std::fputs(outage_text(*result.api_outage).c_str(), stdout);
    }
}

ExitStatus run_rollback(const Context& context, std::optional<int> number) {
    Terminal terminal(context.quiet || context.output == Output::json ? Loudness::quiet
                      : context.verbose                               ? Loudness::verbose
                                                                      : Loudness::normal);
    const auto result = rollback(context.node, number, {terminal, terminal},
                                 [&](const Plan& plan) { print_plan(context, plan); });
    if (context.output == Output::json) {
        std::fputs(plan_json(result.plan).c_str(), stdout);
    } else if (!context.quiet) {
        print_end(result);
    }
    return ExitStatus::success;
}

} // namespace

void add_rollback(CLI::App& app, Context& context) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("rollback", "Go back to an earlier generation");
    verb->add_option("generation", options->number,
                     "Default: the newest good one before the current");
    verb->add_option("--root", context.root, "Take all paths of the node under this directory");
    add_stability_option(*verb, context);
    add_output_option(*verb, context);
    add_verbosity_options(*verb, context);
    verb->callback([&context, options] {
        context.run = [&context, options] { return run_rollback(context, options->number); };
    });
}

} // namespace k8s_node::cli
