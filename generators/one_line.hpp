// Any text as one short line that a unit file, the journal and the kernel log
// can hold.
#pragma once

#include <string>
#include <string_view>

#include "support/error.hpp"

namespace k8s_node::generator {

/// At most 600 bytes of `text`, in which "?" stands for every control
/// character and, if the text is not UTF-8, for every byte that is not ASCII.
[[nodiscard]] std::string one_line(std::string_view text);

/// What was being done, what went wrong, and what to try.
[[nodiscard]] std::string one_line(const Error& error);

} // namespace k8s_node::generator
