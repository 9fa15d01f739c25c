// The files that a unit reads: those that its text names, and those that these name. Found once,
// when a generation is rendered; afterwards they stand in its manifest.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/generation.hpp"

namespace k8s_node {

/// Returns the inputs of the unit with this text, each once and closer ones first: the files, host
/// files and links of the generation, files of its store entries, and those of `others`, absolute
/// paths such as keys.
[[nodiscard]] std::vector<UnitInput> unit_inputs(const Generation& generation,
                                                 const std::string& unit_text,
                                                 const std::set<std::string>& others);

/// Returns the paths below `directory` that the text names.
[[nodiscard]] std::set<std::string> paths_below(const std::string& directory,
                                                std::string_view text);

} // namespace k8s_node
