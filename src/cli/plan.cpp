// k8s-node-install plan
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/verbs.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_plan(const Context& context) {
    Terminal terminal(read_only_verbosity(context));
    const auto plan = make_plan(context.node, {}, {terminal, terminal});
    if (context.output == Output::json) {
        print_json(nlohmann::ordered_json::parse(plan_json(plan)));
    } else if (talks(context)) {
        std::fputs(plan_text(plan, true).c_str(), stdout);
    }
    return plan.empty() ? ExitStatus::success : ExitStatus::changes;
}

} // namespace

void add_plan(Verb& parent, Context& context) {
    auto verb = parent.add("plan", "Show what install would do; exits 4 on changes");
    add_node_options(verb, context);
    add_join_option(verb, context);
    verb.flag("--force", context.node.force, "Plan like install --force");
    verb.runs_unrecorded([&context] { return run_plan(context); });
}

} // namespace k8s_node::cli
