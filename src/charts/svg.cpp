#include "charts/svg.hpp"

#include <fmt/format.h>

#include "support/printable.hpp"

namespace k8s_node {

std::string svg_begin(SvgSize size, std::string_view title) {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\">\n"
        "<style>text{{font:12px sans-serif;fill:#222}}.title{{font-size:16px}}"
        ".time{{font-size:10px;fill:#777;text-anchor:middle}}line{{stroke:#ddd}}</style>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        "<text x=\"{}\" y=\"28\" class=\"title\">{}</text>\n",
        size.width, size.height, svg_margin, svg_text(title));
}

std::string svg_text(std::string_view text) {
    std::string out;
    for (const char character : printable(std::string(text))) {
        switch (character) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += character;
        }
    }
    return out;
}

} // namespace k8s_node
