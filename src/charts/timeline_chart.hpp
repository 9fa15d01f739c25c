// Charts of a timeline: text bars or SVG.
#pragma once

#include <string>

#include "model/run_timeline.hpp"

namespace k8s_node {

/// Returns one line per step, with its bar at the position of its time; no line is longer than
/// `width`, except for longer names.
[[nodiscard]] std::string timeline_text(const RunTimeline& timeline, std::size_t width);

/// Returns a complete SVG document, similar to `systemd-analyze plot`.
[[nodiscard]] std::string timeline_svg(const RunTimeline& timeline);

} // namespace k8s_node
