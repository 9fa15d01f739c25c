// k8s-node-install fetch
#include <cstdio>

#include "cli/context.hpp"
#include "node/verbs.hpp"

namespace k8s_node::cli {

void add_fetch(CLI::App& app, Context& context) {
    auto* verb = app.add_subcommand("fetch", "Download and verify what the node needs, no more");
    add_node_options(*verb, context);
    add_verbosity_options(*verb, context);
    verb->callback([&context] {
        context.run = [&context] {
            Terminal terminal(context.quiet ? Loudness::quiet : Loudness::normal);
            const auto count = fetch(context.node, {terminal, terminal});
            if (!context.quiet) {
                std::printf("%zu artifacts fetched.\n", count);
            }
            return ExitStatus::success;
        };
    });
}

} // namespace k8s_node::cli
