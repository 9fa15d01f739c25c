// Makes untrusted text harmless for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace k8s_node {

/// Returns the text with control characters escaped ("\x1b"), so that a file's name or a server's
/// answer can neither move the cursor nor change colours; further lines are indented, so that none
/// of them looks like a message of ours.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace k8s_node
