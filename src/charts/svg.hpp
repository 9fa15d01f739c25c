// SVG documents: their beginning, and text in them.
#pragma once

#include <string>
#include <string_view>

namespace k8s_node {

struct SvgSize {
    double width = 0; ///< in pixels
    double height = 0;
};

inline constexpr double svg_margin = 20; ///< around a drawing, in pixels

/// Returns the document up to its title, which is 28 pixels below its top. "</svg>" ends it.
[[nodiscard]] std::string svg_begin(SvgSize size, std::string_view title);

/// Returns text that is only text in a document, whatever it says.
[[nodiscard]] std::string svg_text(std::string_view text);

} // namespace k8s_node
