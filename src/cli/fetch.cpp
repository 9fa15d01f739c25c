// k8s-node-install fetch
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/verbs.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_fetch(const Context& context) {
    Terminal terminal(verbosity(context));
    const auto count = fetch(context.node, {terminal, terminal});
    if (context.output == Output::json) {
        print_json({{"fetched", count}});
    } else if (talks(context)) {
        std::printf("%zu artifacts fetched.\n", count);
    }
    return ExitStatus::success;
}

} // namespace

void add_fetch(Verb& parent, Context& context) {
    auto verb = parent.add("fetch", "Download and verify the node's artifacts only");
    add_node_options(verb, context);
    verb.runs([&context] { return run_fetch(context); });
}

} // namespace k8s_node::cli
