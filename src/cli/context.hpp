// What every verb of the command line shares.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "cli/terminal.hpp"
#include "node/options.hpp"
#include "support/error.hpp"

namespace k8s_node::cli {

enum class Output { text, json };

/// Filled by the parser, read by the verb that runs.
struct Context {
    NodeOptions node;
    std::string root = "/";
    Output output = Output::text;
    bool quiet = false;
    bool verbose = false;
    std::function<ExitStatus()> run; ///< set by the verb that was named
};

/// How much to print, by --quiet and --verbose.
[[nodiscard]] Loudness loudness(const Context& context);

/// Options that choose and configure the node: --profile, --release, --set, …
void add_node_options(CLI::App& app, Context& context);
/// -o text|json
void add_output_option(CLI::App& app, Context& context);
/// --force, --no-rollback, --ignore-preflight, --stable-for: how a change is made
void add_change_options(CLI::App& app, Context& context);
/// --stable-for SECONDS
void add_stability_option(CLI::App& app, Context& context);
/// --quiet, --verbose
void add_verbosity_options(CLI::App& app, Context& context);

// One for each verb; main lists them.
void add_install(CLI::App& app, Context& context);
void add_plan(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_render(CLI::App& app, Context& context);
void add_reset(CLI::App& app, Context& context);
void add_redeploy(CLI::App& app, Context& context);
void add_fetch(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_generation(CLI::App& app, Context& context);
void add_rollback(CLI::App& app, Context& context);
void add_upgrade(CLI::App& app, Context& context);
void add_store(CLI::App& app, Context& context);
void add_probe(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);

} // namespace k8s_node::cli
