// Completions for the three shells, each in its own way, of one and the same command line.
#pragma once

#include <string>

#include "completions/commands.hpp"

namespace k8s_node::completions {

/// `data` is the directory of the shipped components, profiles and releases. Needs bash 4 and
/// nothing of the package bash-completion but that it loads the script.
[[nodiscard]] std::string bash_script(const Command& program, const std::string& data);
/// For a file `_k8s-node-install` in a directory of `fpath`.
[[nodiscard]] std::string zsh_script(const Command& program, const std::string& data);
[[nodiscard]] std::string fish_script(const Command& program, const std::string& data);

} // namespace k8s_node::completions
