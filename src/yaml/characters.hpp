// Characters that a configuration may not hold.
#pragma once

#include <string_view>

#include "model/diagnostic.hpp"

namespace k8s_node {

/// True if `rest` begins with a character that could control a terminal, could pass for one of
/// our own markers, or ends a line in YAML 1.1 (U+0085, U+2028, U+2029), so that Kubernetes would
/// read a different text than was checked here.
[[nodiscard]] bool begins_with_control(std::string_view rest);

/// Reports input that is not text at all, at its first invalid byte; returns false then.
[[nodiscard]] bool is_text(const Source& source, Diagnostics& diagnostics);

} // namespace k8s_node
