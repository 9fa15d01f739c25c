// A timeline as a picture: bars of text, or SVG.
#pragma once

#include <string>

#include "model/run_timeline.hpp"

namespace k8s_node::cli {

/// One line a step, its bar at the place of its time; no line is longer than
/// `width`, but for names that need more.
[[nodiscard]] std::string timeline_text(const RunTimeline& timeline, std::size_t width);

/// A whole SVG document, as `systemd-analyze plot` draws a boot.
[[nodiscard]] std::string timeline_svg(const RunTimeline& timeline);

} // namespace k8s_node::cli
