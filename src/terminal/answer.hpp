// The answer of a command on standard output, and checking that it was written.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/finding.hpp"
#include "support/error.hpp"

namespace k8s_node::cli {

/// Prints the JSON document with which a run with -o json answers. Text that is not UTF-8, for
/// example of a file's name, is replaced.
void print_json(const nlohmann::ordered_json& document);

/// Like print_json(), for an error. Prints nothing if the run has answered already: programs read
/// one document.
void print_json_error(const Error& error);

/// Prints what was found on standard output, a line each.
void print_findings(const Findings& findings);

/// Flushes standard output. Throws Error if not all of the answer was written; a reader that closed
/// its end wanted no more of it.
void finish_output();

} // namespace k8s_node::cli
