// Arranges the command line before CLI11 parses it, which wants a verb before its options, and says
// what was meant where CLI11 only refuses.
#pragma once

#include <string>
#include <vector>

#include "support/error.hpp"

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 calls itself so
class App;
} // namespace CLI

namespace k8s_node::cli {

/// Returns the arguments with the verb first, wherever it stood, `install` if there is none, and
/// `help VERB` as `VERB --help`. Throws Error(usage) that names the argument, and the nearest known
/// one, for an unknown verb, an option that no verb has and a missing value.
[[nodiscard]] std::vector<std::string> arrange_argv(const CLI::App& app,
                                                    const std::vector<std::string>& argv);

/// Returns what is wrong with the arguments that `app` has refused, saying `said`: an option or an
/// argument that the verb does not have, with the nearest known one, or an argument that it needs.
[[nodiscard]] Error explain_parse_error(const CLI::App& app, const std::string& said);

} // namespace k8s_node::cli
