// k8s-node-install version
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/build.hpp"
#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_version(const Context& context) {
    if (context.output == Output::json) {
        print_json({{"version", build::version}});
    } else {
        std::printf("k8s-node-install %s\n", build::version);
    }
    return ExitStatus::success;
}

} // namespace

void add_version(Verb& parent, Context& context) {
    auto verb = parent.add("version", "Print the version of this program");
    verb.runs_unrecorded([&context] { return run_version(context); });
}

} // namespace k8s_node::cli
