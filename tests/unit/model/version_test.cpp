#include <gtest/gtest.h>

#include "model/version.hpp"

namespace k8s_node {
namespace {

TEST(Version, ReadsWhatReleasesAndServersSay) {
    EXPECT_EQ(parse_version("1.36.5"), (Version{1, 36, 5}));
    EXPECT_EQ(parse_version("v1.36.5"), (Version{1, 36, 5}));
    EXPECT_EQ(parse_version("v1.37.0-rc.1"), (Version{1, 37, 0}));
    EXPECT_EQ(parse_version("v1.36.4+vendor2"), (Version{1, 36, 4}));
    EXPECT_EQ(parse_version("1.36"), (Version{1, 36, 0}));
}

TEST(Version, RefusesWhatIsNone) {
    for (const auto* text : {"", "v", "1", "1.x", "1.2.3.4", "latest", "1..2"}) {
        EXPECT_EQ(parse_version(text), std::nullopt) << text;
    }
}

TEST(Version, ComparesNumbersNotText) {
    EXPECT_LT(*parse_version("1.9.9"), *parse_version("1.10.0"));
    EXPECT_LT(*parse_version("1.10.2"), *parse_version("1.10.10"));
}

} // namespace
} // namespace k8s_node
