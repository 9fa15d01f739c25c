#include "cli/build.hpp"
#include "cli/context.hpp"

namespace k8s_node::cli {

Loudness loudness(const Context& context) {
    return context.quiet ? Loudness::quiet : context.verbose ? Loudness::verbose : Loudness::normal;
}

void add_node_options(CLI::App& app, Context& context) {
    auto& node = context.node;
    app.add_option("--profile,-p", node.profile, "Role of this machine: single, master, worker, …");
    app.add_option("--release,-r", node.release, "Release: a name, or the path of a file");
    app.add_option("--config,-c", node.configuration,
                   "Configuration instead of /etc/k8s-node/node.yaml");
    app.add_option("--set", node.assignments, "Set one value: component.key=value; repeatable")
        ->allow_extra_args(false);
    app.add_option("--mirror", node.mirrors, "Fetch MIRROR/<host>/<path> of each URL; repeatable")
        ->allow_extra_args(false);
    app.add_option("--mirror-ca", node.mirror_ca, "Certificates to trust for the mirror (PEM)");
    app.add_option("--root", context.root, "Take all paths of the node under this directory");
    app.add_option("--data", node.data_directory, "Shipped components, profiles and releases")
        ->capture_default_str();
}

void add_output_option(CLI::App& app, Context& context) {
    app.add_option("-o,--output", context.output, "text or json")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, Output>{{"text", Output::text}, {"json", Output::json}}))
        ->option_text("text|json");
}

void add_change_options(CLI::App& app, Context& context) {
    app.add_flag("--force", context.node.force, "Replace files not ours (kept: *.before-k8s-node)");
    app.add_flag("--no-rollback", context.node.no_rollback,
                 "Leave a generation that does not become well");
    add_stability_option(app, context);
    app.add_option("--ignore-preflight", context.node.ignored_checks,
                   "Turn this check's error into a warning; repeatable")
        ->allow_extra_args(false);
}

void add_stability_option(CLI::App& app, Context& context) {
    app.add_option_function<unsigned>(
           "--stable-for",
           [&context](unsigned seconds) {
               context.node.stable_for = std::chrono::seconds(seconds);
           },
           "A changed node must stay well for so long (5)")
        ->option_text("SECONDS");
}

void add_verbosity_options(CLI::App& app, Context& context) {
    app.add_flag("--quiet,-q", context.quiet, "Print only warnings and errors");
    app.add_flag("--verbose,-v", context.verbose, "Print every step");
}

} // namespace k8s_node::cli
