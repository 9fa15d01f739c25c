// Extended regular expressions (regex(7)) for the text of settings.
#pragma once

#include <optional>
#include <string>

namespace k8s_node {

/// Returns the error in a pattern, or nullopt.
[[nodiscard]] std::optional<std::string> pattern_problem(const std::string& pattern);

/// True if `pattern` matches all of `text`; an empty or invalid pattern matches everything.
[[nodiscard]] bool matches_pattern(const std::string& text, const std::string& pattern);

} // namespace k8s_node
