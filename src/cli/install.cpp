// k8s-node-install [install]
#include <cstdio>

#include "cli/context.hpp"
#include "node/verbs.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_install(const Context& context) {
    Terminal terminal(loudness(context));
    const auto result = install(context.node, {terminal, terminal}, [&](const Plan& plan) {
        if (!context.quiet && !plan.empty()) {
            std::fputs(plan_text(plan, context.verbose).c_str(), stdout);
            std::fflush(stdout);
        }
    });
    if (context.quiet) {
        return ExitStatus::success;
    }
    if (result.plan.empty()) {
        std::fputs(plan_text(result.plan, false).c_str(), stdout);
    } else {
        std::printf("Done: %s.\n", result.plan.subject.c_str());
    }
    return ExitStatus::success;
}

} // namespace

void add_install(CLI::App& app, Context& context) {
    auto* verb = app.add_subcommand("install", "Make this machine a node (the default)");
    add_node_options(*verb, context);
    add_verbosity_options(*verb, context);
    verb->add_flag("--force", context.node.force,
                   "Replace files not ours (kept: *.before-k8s-node)");
    verb->add_flag("--no-rollback", context.node.no_rollback,
                   "Leave a generation that does not become well");
    add_stability_option(*verb, context);
    verb->add_option("--ignore-preflight", context.node.ignored_checks,
                     "Turn this check's error into a warning; repeatable")
        ->allow_extra_args(false);
    verb->callback([&context] { context.run = [&context] { return run_install(context); }; });
}

} // namespace k8s_node::cli
