#include <gtest/gtest.h>

#include "model/duration.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsReadAsGoDoes) {
    EXPECT_EQ(parse_duration("5s"), 5s);
    EXPECT_EQ(parse_duration("1h30m"), 90min);
    EXPECT_EQ(parse_duration("1m500ms"), 60500ms);
    EXPECT_EQ(parse_duration("10us"), 10us);
    EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, AnythingElseIsNone) {
    for (const char* text : {"", "5", "s", "-5s", "1.5h", "5 s", "5sec", "99999999999999999999s",
                             "9223372036854775807h"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
}

} // namespace
} // namespace k8s_node
