// k8s-node-install [install]
#include <cstdio>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/verbs.hpp"
#include "reports/release_report.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_install(const Context& context) {
    Terminal terminal(verbosity(context));
    const auto result = install(context.node, {terminal, terminal}, [&](const Plan& plan) {
        if (talks(context) && !plan.empty()) {
            std::fputs(plan_text(plan, context.verbose).c_str(), stdout);
            std::fflush(stdout);
        }
    });
    print_report(context, result);
    return ExitStatus::success;
}

} // namespace

void add_install(Verb& parent, Context& context) {
    auto verb = parent.add("install", "Make this machine a node (the default)");
    add_node_options(verb, context);
    add_join_option(verb, context);
    verb.text("--config-from", context.node.configuration_from,
              "Fetch node.yaml from URL#sha256:DIGEST");
    verb.excludes("--config-from", "--config");
    add_change_options(verb, context);
    verb.runs([&context] { return run_install(context); });
}

} // namespace k8s_node::cli
