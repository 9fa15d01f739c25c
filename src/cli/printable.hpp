// Text that strangers wrote, made harmless for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace k8s_node::cli {

/// Control characters are written out ("\x1b"), so that a file's name or a
/// server's answer can neither move the cursor nor colour the screen; further
/// lines are indented, so that none of them looks like a message of ours.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace k8s_node::cli
