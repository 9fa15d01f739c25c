// Line differences between two texts, as people know them from diff -u.
#pragma once

#include <string>

namespace k8s_node {

/// Hunks with `context` lines around each difference, lines prefixed by " ",
/// "-" or "+"; empty when the texts are equal. Texts too large to compare line
/// by line (over 2000 lines) are summed up in one line.
[[nodiscard]] std::string line_diff(const std::string& before, const std::string& after,
                                    std::size_t context = 2);

} // namespace k8s_node
