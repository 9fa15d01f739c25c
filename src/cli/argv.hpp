// Arranges the command line before CLI11 parses it.
#pragma once

#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 calls itself so
class App;
} // namespace CLI

namespace k8s_node::cli {

/// Returns the arguments with the verb first, wherever it stood, `install` if there is none, and
/// `help VERB` as `VERB --help`. Throws Error(usage) that names the argument, and the nearest known
/// one, for an unknown verb or option, and for a missing value or argument or one too many.
[[nodiscard]] std::vector<std::string> arrange_argv(const CLI::App& app,
                                                    const std::vector<std::string>& argv);

} // namespace k8s_node::cli
