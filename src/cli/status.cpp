// k8s-node-install status
#include "node/status.hpp"

#include <memory>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "reports/status_report.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_status(const Context& context, PodTrial trial, bool with_probes) {
    Terminal terminal(read_only_verbosity(context));
    const auto result = status(context.node, {terminal, terminal}, trial);
    if (context.output == Output::json) {
        print_json(status_json(result));
    } else if (talks(context)) {
        print_status(result, with_probes);
    }
    return result.health == Health::unwell ? ExitStatus::not_ready : ExitStatus::success;
}

} // namespace

void add_status(Verb& parent, Context& context) {
    auto no_pod = std::make_shared<bool>(false);
    auto verb = parent.add("status", "Show the state of the node; exits 8 if unhealthy");
    add_node_options(verb, context);
    auto health = std::make_shared<bool>(false);
    verb.flag("--health", *health, "Show the last liveness probe of each service, too");
    verb.flag("--no-pod", *no_pod, "Do not start a pod, so that health stays unknown");
    verb.runs_unrecorded([&context, no_pod, health] {
        return run_status(context, *no_pod ? PodTrial::no : PodTrial::yes, *health);
    });
}

} // namespace k8s_node::cli
