// k8s-node-install plan
#include <cstdio>

#include "cli/context.hpp"
#include "node/verbs.hpp"

namespace k8s_node::cli {

void add_plan(CLI::App& app, Context& context) {
    auto* verb = app.add_subcommand("plan", "Show what install would do; exits 4 if anything");
    add_node_options(*verb, context);
    add_output_option(*verb, context);
    verb->add_flag("--force", context.node.force, "Plan as install --force would");
    verb->callback([&context] {
        context.run = [&context] {
            Terminal terminal(Loudness::quiet);
            const auto plan = make_plan(context.node, {}, {terminal, terminal});
            const auto text =
                context.output == Output::json ? plan_json(plan) : plan_text(plan, true);
            std::fputs(text.c_str(), stdout);
            return plan.empty() ? ExitStatus::success : ExitStatus::changes;
        };
    });
}

} // namespace k8s_node::cli
