// k8s-node-install version
#include <cstdio>

#include "cli/build.hpp"
#include "cli/context.hpp"

namespace k8s_node::cli {

void add_version(CLI::App& app, Context& context) {
    auto* verb = app.add_subcommand("version", "Print the version of this program");
    add_output_option(*verb, context);
    verb->callback([&context] {
        context.run = [&context] {
            if (context.output == Output::json) {
                std::printf("{\"version\":\"%s\"}\n", build::version);
            } else {
                std::printf("k8s-node-install %s\n", build::version);
            }
            return ExitStatus::success;
        };
    });
}

} // namespace k8s_node::cli
