// k8s-node-install redeploy
#include <cstdio>
#include <memory>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/reset.hpp"
#include "reports/reset_report.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

void print_redeploy(const Context& context, const RedeployResult& result) {
    if (context.output == Output::json) {
        const nlohmann::ordered_json out = {{"reset", json_of(result.reset)},
                                            {"installed", result.install.plan.subject}};
        print_json(out);
        return;
    }
    if (result.reset.declined || !result.reset.left.empty()) {
        print_reset(context, result.reset);
    } else if (!context.quiet) {
        std::printf("Done: %s.\n", result.install.plan.subject.c_str());
    }
}

ExitStatus run_redeploy(const Context& context, const ResetOptions& options) {
    Terminal terminal(verbosity(context));
    const auto result = redeploy(context.node, options.keep, {terminal, terminal},
                                 ask_before_reset(context, options), [](const Plan&) {});
    print_redeploy(context, result);
    return result.reset.left.empty() && result.reset.problems.empty() ? ExitStatus::success
                                                                      : ExitStatus::residue;
}

} // namespace

void add_redeploy(Verb& parent, Context& context) {
    auto verb = parent.add("redeploy", "Reset and reinstall the same node");
    auto options = std::make_shared<ResetOptions>();
    add_node_options(verb, context);
    verb.flag("--keep-identity", options->keep.identity, "Keep keys and certificates");
    add_reset_options(verb, *options);
    verb.runs([&context, options] { return run_redeploy(context, *options); });
}

} // namespace k8s_node::cli
