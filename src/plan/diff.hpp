// Line differences between two texts, in the style of diff -u.
#pragma once

#include <string>

namespace k8s_node {

/// Returns hunks with `context` lines around each difference, lines prefixed by " ", "-" or "+";
/// empty if the texts are equal. Texts too large to compare line by line (over 2000 lines) are
/// summarised in one line.
[[nodiscard]] std::string line_diff(const std::string& before, const std::string& after,
                                    std::size_t context = 2);

} // namespace k8s_node
