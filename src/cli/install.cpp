// k8s-node-install [install]
#include <cstdio>

#include "cli/context.hpp"
#include "cli/release_report.hpp"
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
    if (!context.quiet) {
        std::fputs(report_text(result).c_str(), stdout);
    }
    return ExitStatus::success;
}

} // namespace

void add_install(CLI::App& app, Context& context) {
    auto* verb = app.add_subcommand("install", "Make this machine a node (the default)");
    add_node_options(*verb, context);
    add_verbosity_options(*verb, context);
    add_change_options(*verb, context);
    verb->callback([&context] { context.run = [&context] { return run_install(context); }; });
}

} // namespace k8s_node::cli
