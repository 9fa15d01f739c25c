#include "charts/unit_graph_chart.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "charts/svg.hpp"
#include "support/printable.hpp"

namespace k8s_node {

namespace {

/// Words in lines of a width, each line after the first one indented.
std::string wrapped(const std::vector<std::string>& words, std::size_t indent, std::size_t width) {
    std::string out;
    std::size_t column = indent;
    for (const auto& word : words) {
        const bool first = column == indent;
        if (!first && column + 1 + word.size() > width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!first) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

std::vector<std::string> words_of(const UnitGraph::Unit& unit) {
    std::vector<std::string> words;
    for (const auto& edge : unit.after) {
        words.push_back(printable(edge.on) + (edge.required ? "*" : ""));
    }
    return words.empty() ? std::vector<std::string>{"-"} : words;
}

/// Sizes of the drawing, in pixels.
constexpr double top = 60;
constexpr double box_height = 28;
constexpr double row = 44;
constexpr double between_columns = 90;
constexpr double character = 7; ///< a little more than one takes
constexpr double padding = 20;

struct Box {
    double x = 0;
    double y = 0;
    double width = 0;
};

/// Where each unit stands: a column for each step.
struct Layout {
    std::map<std::string, Box> boxes;
    SvgSize size;
};

Layout layout_of(const UnitGraph& graph) {
    std::map<std::size_t, double> widths;
    for (const auto& unit : graph.units) {
        auto& width = widths[unit.step];
        width = std::max(width, character * static_cast<double>(unit.name.size()) + padding);
    }
    Layout layout;
    std::map<std::size_t, double> left;
    double x = svg_margin;
    for (const auto& [step, width] : widths) {
        left[step] = x;
        x += width + between_columns;
    }
    std::map<std::size_t, double> bottom;
    for (const auto& unit : graph.units) {
        const double y = top + bottom[unit.step];
        bottom[unit.step] += row;
        layout.boxes[unit.name] = {left[unit.step], y, widths[unit.step]};
        layout.size.height = std::max(layout.size.height, y + row);
    }
    layout.size.width = std::max(x - between_columns + svg_margin, 400.0);
    return layout;
}

std::string box_of(const UnitGraph::Unit& unit, const Box& box) {
    return fmt::format("<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
                       "rx=\"4\" fill=\"{}\" stroke=\"#5b7fa6\"/>"
                       "<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n",
                       box.x, box.y, box.width, box_height, unit.in_target ? "#e8f0fa" : "#f6f6f6",
                       box.x + padding / 2, box.y + box_height - 10, svg_text(unit.name));
}

std::string arrow_of(const Box& from, const Box& to, bool required) {
    const double x1 = from.x + from.width;
    const double y1 = from.y + box_height / 2;
    const double y2 = to.y + box_height / 2;
    const double bend = between_columns / 2;
    return fmt::format("<path d=\"M{:.0f} {:.0f} C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}\" "
                       "fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" "
                       "marker-end=\"url(#arrow)\"/>\n",
                       x1, y1, x1 + bend, y1, to.x - bend, y2, to.x - 2, y2,
                       required ? "#222" : "#999", required ? 2 : 1);
}

constexpr const char* arrow_head =
    "<defs><marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" "
    "markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" markerHeight=\"9\" orient=\"auto\">"
    "<path d=\"M0 0 L10 5 L0 10 z\" fill=\"#555\"/></marker></defs>\n";

} // namespace

std::string unit_graph_text(const UnitGraph& graph, std::size_t width) {
    std::size_t longest = 4;
    for (const auto& unit : graph.units) {
        longest = std::max(longest, printable(unit.name).size());
    }
    constexpr std::size_t gap = 2;
    constexpr std::size_t step_width = 4;
    auto out = fmt::format("STEP  {:<{}}  AFTER (* requires)\n", "UNIT", longest);
    for (const auto& unit : graph.units) {
        const auto indent = step_width + gap + longest + gap;
        out += fmt::format("{:<4}  {:<{}}  {}\n", unit.step, printable(unit.name), longest,
                           wrapped(words_of(unit), indent, width));
    }
    return out;
}

std::string unit_graph_svg(const UnitGraph& graph, const std::string& title) {
    const auto layout = layout_of(graph);
    auto out = svg_begin(layout.size, title) + arrow_head;
    for (const auto& unit : graph.units) {
        for (const auto& edge : unit.after) {
            out += arrow_of(layout.boxes.at(edge.on), layout.boxes.at(unit.name), edge.required);
        }
    }
    for (const auto& unit : graph.units) {
        out += box_of(unit, layout.boxes.at(unit.name));
    }
    return out + "</svg>\n";
}

} // namespace k8s_node
