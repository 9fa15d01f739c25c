// k8s-node-install reset
#include "node/reset.hpp"

#include <memory>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "reports/reset_report.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_reset(const Context& context, const ResetOptions& options) {
    if (options.dry_run) {
        print_inventory(context, inventory_of_node(context.node, options.keep));
        return ExitStatus::success;
    }
    Terminal terminal(verbosity(context));
    const auto result =
        reset(context.node, options.keep, {terminal, terminal}, ask_before_reset(context, options));
    print_reset(context, result);
    return result.left.empty() && result.problems.empty() ? ExitStatus::success
                                                          : ExitStatus::residue;
}

} // namespace

void add_reset(Verb& parent, Context& context) {
    auto verb = parent.add("reset", "Remove everything that was installed");
    auto options = std::make_shared<ResetOptions>();
    verb.flag("--dry-run", options->dry_run, "Only show what would be removed");
    verb.flag("--keep-store", options->keep.store, "Keep the downloaded artifacts");
    add_reset_options(verb, *options);
    verb.runs([&context, options] { return run_reset(context, *options); });
}

} // namespace k8s_node::cli
