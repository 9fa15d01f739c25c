#include <gtest/gtest.h>

#include "unit/directives.hpp"
#include "unit/timespan.hpp"

namespace k8s_node::unit {
namespace {

using namespace std::chrono_literals;

TEST(Timespan, IsReadAsSystemdDoes) {
    EXPECT_EQ(parse_timespan("180"), 180s);
    EXPECT_EQ(parse_timespan(" 3min 20s "), 200s);
    EXPECT_EQ(parse_timespan("1h30m"), 90min);
    EXPECT_EQ(parse_timespan("1.5h"), 90min);
    EXPECT_EQ(parse_timespan("250ms"), 250ms);
    EXPECT_EQ(parse_timespan("2 days"), 48h);
    EXPECT_EQ(parse_timespan("infinity"), std::chrono::milliseconds::max());
}

TEST(Timespan, AnythingElseIsNone) {
    for (const char* text : {"", "soon", "-1", "3 parsecs", "s", "1e9", "infinity 1"}) {
        EXPECT_EQ(parse_timespan(text), std::nullopt) << text;
    }
}

TEST(Directives, OfBothSectionsAreKnown) {
    const auto knows = [](const char* section, const std::string& name) {
        const auto& all = known_directives(section);
        return std::find(all.begin(), all.end(), name) != all.end();
    };
    EXPECT_TRUE(knows("Unit", "After"));
    EXPECT_TRUE(knows("Unit", "StartLimitIntervalSec"));
    EXPECT_TRUE(knows("Service", "ExecStart"));
    EXPECT_TRUE(knows("Service", "CPUWeight"));
    EXPECT_TRUE(knows("Service", "RestartSteps")); // of a later systemd
    EXPECT_FALSE(knows("Service", "After"));
    EXPECT_FALSE(knows("Unit", "CPUWeight"));
}

TEST(Directives, SomeTakeWords) {
    EXPECT_EQ(directive_values("KillMode").front(), "control-group");
    EXPECT_EQ(directive_values("NoNewPrivileges").front(), "yes");
    EXPECT_EQ(directive_values("ProtectSystem").front(), "full");
    EXPECT_TRUE(directive_values("ExecStart").empty());
}

} // namespace
} // namespace k8s_node::unit
