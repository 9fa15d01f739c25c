// The context that all commands share.
#pragma once

#include <functional>
#include <string>

#include "configuration/options.hpp"
#include "support/error.hpp"
#include "terminal/terminal.hpp"

namespace k8s_node::cli {

enum class Output { text, json };

/// Filled by the parser, read by the verb that runs.
struct Context {
    NodeOptions node;
    std::string root = "/";
    Output output = Output::text;
    bool quiet = false;
    bool verbose = false;
    bool recorded = false;           ///< the run and its failure are records of the journal
    std::function<ExitStatus()> run; ///< of the verb that was named
};

/// Returns the verbosity of a run that changes something, by --quiet and --verbose.
[[nodiscard]] Verbosity verbosity(const Context& context);

/// Like verbosity(), but for read-only commands, which print only their answer by default.
[[nodiscard]] Verbosity read_only_verbosity(const Context& context);

/// True if text for people is to be printed on standard output.
[[nodiscard]] bool talks(const Context& context);

} // namespace k8s_node::cli
