// k8s-node-install rollback [N]
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/generations.hpp"
#include "reports/release_report.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

struct Options {
    std::optional<int> number;
};

void print_plan(const Context& context, const Plan& plan) {
    if (talks(context) && !plan.empty()) {
        std::fputs(plan_text(plan, context.verbose).c_str(), stdout);
        std::fflush(stdout);
    }
}

void print_end(const RollbackResult& result) {
    if (result.plan.empty()) {
        std::printf("Nothing to do: generation %d is current and running.\n", result.to);
        return;
    }
    std::printf("Done: generation %d is current.\n"
                "The configuration was not changed: the next install returns to it.\n",
                result.to);
    if (result.api_outage) {
        std::fputs(outage_text(*result.api_outage).c_str(), stdout);
    }
}

ExitStatus run_rollback(const Context& context, std::optional<int> number) {
    Terminal terminal(verbosity(context));
    const auto result = rollback(context.node, number, {terminal, terminal},
                                 [&](const Plan& plan) { print_plan(context, plan); });
    if (context.output == Output::json) {
        print_json(nlohmann::ordered_json::parse(plan_json(result.plan)));
    } else if (talks(context)) {
        print_end(result);
    }
    return ExitStatus::success;
}

} // namespace

void add_rollback(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto verb = parent.add("rollback", "Roll back to an earlier generation");
    verb.number_argument(
        "generation", [options](auto n) { options->number = static_cast<int>(n); },
        "Default: the newest good one before the current one", Needed::no);
    add_root_option(verb, context);
    add_stability_option(verb, context);
    verb.runs([&context, options] { return run_rollback(context, options->number); });
}

} // namespace k8s_node::cli
