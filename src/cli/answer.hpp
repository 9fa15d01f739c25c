// What a verb answers on standard output, and whether it got there.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "support/error.hpp"

namespace k8s_node::cli {

/// Prints the one JSON document that a run with -o json answers with. Text that
/// is not UTF-8, of a file's name for example, is replaced.
void print_json(const nlohmann::ordered_json& document);

/// The same for an error, unless the run has answered already: programs read
/// one document.
void print_json_error(const Error& error);

/// Writes out what is still held back. Throws Error when not all of the answer
/// was written; a reader who went away wanted no more of it.
void finish_output();

} // namespace k8s_node::cli
