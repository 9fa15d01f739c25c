// The words of a command line, before the parser sees them.
#pragma once

#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 calls itself so
class App;
} // namespace CLI

namespace k8s_node::cli {

/// The words with the verb first, wherever it stood, `install` where there is
/// none, and `help VERB` as `VERB --help`. Throws Error(usage) that names the
/// word in question, and the nearest one that there is, for an unknown verb or
/// option, and for a value or argument that is missing or one too many.
[[nodiscard]] std::vector<std::string> arrange_words(const CLI::App& app,
                                                     const std::vector<std::string>& words);

} // namespace k8s_node::cli
