// What every verb of the command line shares.
#pragma once

#include <functional>
#include <string>

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

/// How much to tell of a run that changes something, by --quiet and --verbose.
[[nodiscard]] Loudness loudness(const Context& context);

/// The same of a verb that only looks: its answer is all that there is to say.
[[nodiscard]] Loudness looking_loudness(const Context& context);

/// Whether text for people is to be printed on standard output.
[[nodiscard]] bool talks(const Context& context);

class Verb;

// One for each verb; main lists them.
void add_install(Verb& parent, Context& context);
void add_plan(Verb& parent, Context& context);
void add_status(Verb& parent, Context& context);
void add_render(Verb& parent, Context& context);
void add_reset(Verb& parent, Context& context);
void add_redeploy(Verb& parent, Context& context);
void add_fetch(Verb& parent, Context& context);
void add_config(Verb& parent, Context& context);
void add_generation(Verb& parent, Context& context);
void add_rollback(Verb& parent, Context& context);
void add_upgrade(Verb& parent, Context& context);
void add_store(Verb& parent, Context& context);
void add_timeline(Verb& parent, Context& context);
void add_probe(Verb& parent, Context& context);
void add_end(Verb& parent, Context& context);
void add_version(Verb& parent, Context& context);
void add_completion(Verb& parent, Context& context);

} // namespace k8s_node::cli
