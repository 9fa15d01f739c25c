// Charts of a unit graph: text or SVG.
#pragma once

#include <string>

#include "charts/unit_graph.hpp"

namespace k8s_node {

/// Returns one line per unit: its step, its name and the units that it waits for, those that it
/// requires with an asterisk. No line is longer than `width`, except for longer names.
[[nodiscard]] std::string unit_graph_text(const UnitGraph& graph, std::size_t width);

/// Returns a complete SVG document: a column for each step, an arrow for each dependency, bold for
/// a requirement.
[[nodiscard]] std::string unit_graph_svg(const UnitGraph& graph, const std::string& title);

} // namespace k8s_node
