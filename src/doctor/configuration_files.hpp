// The configuration of a program in a main file and drop-ins, as systemd, NetworkManager and apt
// have it.
#pragma once

#include <initializer_list>
#include <string>

#include "support/files.hpp"

namespace k8s_node::doctor {

/// Returns all lines that are no comments ('#', ';', '//') of these files, and of all files in
/// those of them that are directories, by name; a line each, without blanks around it.
[[nodiscard]] std::string configured_lines(const Root& root,
                                           std::initializer_list<const char*> paths);

/// True if one of the lines is `line`, whatever the case and the blanks around '='.
[[nodiscard]] bool has_line(const std::string& lines, std::string_view line);

} // namespace k8s_node::doctor
