// Extended regular expressions (regex(7)) for texts of settings.
#pragma once

#include <optional>
#include <string>

namespace k8s_node {

/// What is wrong with a pattern, or nullopt.
[[nodiscard]] std::optional<std::string> pattern_problem(const std::string& pattern);

/// Whether all of `text` is what `pattern` describes; an empty pattern or one
/// that is none describes everything.
[[nodiscard]] bool matches_pattern(const std::string& text, const std::string& pattern);

} // namespace k8s_node
