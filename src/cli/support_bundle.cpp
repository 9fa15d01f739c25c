// k8s-node-install support-bundle
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "explaining/bundle.hpp"
#include "support/printable.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_support_bundle(const Context& context, const std::string& path) {
    Terminal terminal(read_only_verbosity(context));
    const auto bundle = collect_bundle(context.node, path, terminal);
    if (context.output == Output::json) {
        print_json({{"file", bundle.path}, {"files", bundle.files}, {"missing", bundle.missing}});
    } else if (talks(context)) {
        std::printf("%s: %zu files, without keys, tokens and environments. Look through it before "
                    "you hand it on.\n",
                    printable(bundle.path).c_str(), bundle.files);
    }
    return ExitStatus::success;
}

} // namespace

void add_support_bundle(Verb& parent, Context& context) {
    auto path = std::make_shared<std::string>();
    auto verb = parent.add("support-bundle", "Collect all but secrets into one archive");
    verb.text("--out", *path, "The new archive, a .tar.gz");
    add_root_option(verb, context);
    verb.runs_unrecorded([&context, path] { return run_support_bundle(context, *path); });
}

} // namespace k8s_node::cli
