#include "charts/timeline_chart.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "charts/svg.hpp"
#include "support/printable.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using std::chrono::milliseconds;

/// Steps of a killed or merged start may end after the recorded end of the run.
milliseconds length_of(const RunTimeline& timeline) {
    auto end = std::max(timeline.took, milliseconds(1));
    for (const auto& step : timeline.steps) {
        end = std::max(end, step.end);
    }
    return end;
}

std::string title_of(const RunTimeline& timeline) {
    return fmt::format("{}, {}, {:.2f} s", timeline.verb, utc_text(timeline.started),
                       in_seconds(timeline.took));
}

std::string name_of(const TimelineStep& step) {
    return step.object.empty() ? step.phase : step.phase + " " + step.object;
}

std::string bar(const TimelineStep& step, milliseconds length, std::size_t columns) {
    const auto at = [&](milliseconds time) {
        return std::min(columns - 1, static_cast<std::size_t>(time * columns / length));
    };
    const auto first = at(step.start);
    return std::string(first, ' ') + std::string(at(step.end) - first + 1, '=');
}

/// One colour each for waiting on the network, on processors and disk, and on services.
const char* colour_of(const std::string& phase) {
    struct Colour {
        std::string_view phase;
        const char* colour;
    };
    static constexpr std::array colours = {
        Colour{"download", "#7aa6da"}, Colour{"unpack", "#b294bb"}, Colour{"publish", "#de935f"},
        Colour{"start", "#8abe5a"},    Colour{"ready", "#d7b740"},  Colour{"stability", "#d7b740"},
    };
    const auto found = std::ranges::find(colours, phase, &Colour::phase);
    return found == colours.end() ? "#9aa0a6" : found->colour;
}

/// Sizes of the drawing, in pixels.
constexpr double row = 20;
constexpr double top = 60;
constexpr double margin = svg_margin;
constexpr double names = 360; ///< space to the right of a bar for its name
constexpr double plot = 1000;

/// Returns a distance of grid lines that gives at most about twenty of them.
milliseconds grid_step(milliseconds length) {
    for (const auto step : {100, 200, 500, 1000, 2000, 5000, 10'000, 30'000, 60'000, 300'000}) {
        if (length / milliseconds(step) <= 20) {
            return milliseconds(step);
        }
    }
    return std::max(milliseconds(1), length / 20);
}

std::string grid(milliseconds length, double bottom) {
    std::string out;
    const auto step = grid_step(length);
    for (milliseconds time{0}; time <= length; time += step) {
        const double x = margin + plot * in_seconds(time) / in_seconds(length);
        out += fmt::format("<line x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\"/>"
                           "<text x=\"{0:.1f}\" y=\"{3}\" class=\"time\">{4:.1f} s</text>\n",
                           x, top, bottom, top - 6, in_seconds(time));
    }
    return out;
}

std::string svg_row(const TimelineStep& step, milliseconds length, double y) {
    const double x = margin + plot * in_seconds(step.start) / in_seconds(length);
    const double width =
        std::max(1.0, plot * in_seconds(step.end - step.start) / in_seconds(length));
    return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" "
                       "fill=\"{}\"/><text x=\"{:.1f}\" y=\"{:.1f}\">{} ({:.2f} s)</text>\n",
                       x, y, width, row - 4, colour_of(step.phase), x + 4, y + row - 8,
                       svg_text(name_of(step)), in_seconds(step.end - step.start));
}

} // namespace

std::string timeline_text(const RunTimeline& timeline, std::size_t width) {
    std::size_t longest = 0;
    for (const auto& step : timeline.steps) {
        longest = std::max(longest, printable(name_of(step)).size());
    }
    const std::size_t before = longest + 20; // times and the gaps between
    const auto columns = width > before + 20 ? width - before : 20;
    const auto length = length_of(timeline);
    auto out = title_of(timeline) + "\n" +
               fmt::format("{:<{}}  {:>7}  {:>7}\n", "STEP", longest, "AT", "TOOK");
    for (const auto& step : timeline.steps) {
        out += fmt::format("{:<{}}  {:>6.2f}s  {:>6.2f}s  {}\n", printable(name_of(step)), longest,
                           in_seconds(step.start), in_seconds(step.end - step.start),
                           bar(step, length, columns));
    }
    return out;
}

std::string timeline_svg(const RunTimeline& timeline) {
    const auto length = length_of(timeline);
    const double bottom = top + row * static_cast<double>(timeline.steps.size());
    auto out = svg_begin({margin + plot + names, bottom + margin},
                         "k8s-node-install " + title_of(timeline));
    out += grid(length, bottom);
    double y = top + 2;
    for (const auto& step : timeline.steps) {
        out += svg_row(step, length, y);
        y += row;
    }
    return out + "</svg>\n";
}

} // namespace k8s_node
