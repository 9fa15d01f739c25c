#include <gmock/gmock.h>

#include "charts/timeline_chart.hpp"
#include "support/text.hpp"

namespace k8s_node::cli {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

RunTimeline example() {
    return {"install",
            std::chrono::sys_seconds(1'700'000'000s),
            4000ms,
            {{"download", "a", 0ms, 1000ms}, {"start", "b.service", 2000ms, 4000ms}}};
}

TEST(TimelineText, BarsStandWhereTheirTimesAre) {
    const auto lines = split_lines(timeline_text(example(), 75));
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0], "install, 2023-11-14T22:13:20Z, 4.00 s");
    EXPECT_THAT(lines[2], EndsWith("0.00s    1.00s  ==========="));
    EXPECT_THAT(lines[3], HasSubstr("start b.service    2.00s    2.00s"));
    EXPECT_THAT(lines[3], EndsWith(std::string(20, ' ') + std::string(20, '=')));
    for (const auto& line : lines) {
        EXPECT_LE(line.size(), 75U);
    }
}

TEST(TimelineText, AStepWithoutATimeHasABarToo) {
    RunTimeline timeline{"x", {}, 0ms, {{"check", "", 0ms, 0ms}}};
    EXPECT_THAT(timeline_text(timeline, 10), EndsWith(" =\n"));
}

TEST(TimelineSvg, IsADocumentInWhichNamesAreOnlyText) {
    auto timeline = example();
    timeline.steps[0].object = "<script>&\"";
    const auto svg = timeline_svg(timeline);
    EXPECT_THAT(svg, HasSubstr("download &lt;script&gt;&amp;&quot; (1.00 s)"));
    EXPECT_THAT(svg, Not(HasSubstr("<script>")));
    EXPECT_THAT(svg, EndsWith("</svg>\n"));
}

/// Half of the run, in the second half of the drawing.
TEST(TimelineSvg, IsToScale) {
    EXPECT_THAT(timeline_svg(example()), HasSubstr("<rect x=\"520.0\" y=\"82.0\" width=\"500.0\""));
}

} // namespace
} // namespace k8s_node::cli
