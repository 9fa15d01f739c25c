// Reduces text to one short line that a unit file, the journal and the kernel log can hold.
#pragma once

#include <string>
#include <string_view>

#include "support/error.hpp"

namespace k8s_node::generator {

/// Returns at most 600 bytes of `text`, with "?" for every control character and, if the text is
/// not UTF-8, for every byte that is not ASCII.
[[nodiscard]] std::string one_line(std::string_view text);

/// Returns what was being done, what went wrong, and the hint.
[[nodiscard]] std::string one_line(const Error& error);

} // namespace k8s_node::generator
