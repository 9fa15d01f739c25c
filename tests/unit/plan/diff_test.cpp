#include <gtest/gtest.h>

#include "plan/diff.hpp"

namespace k8s_node {
namespace {

TEST(LineDiff, OfEqualTextsIsEmpty) {
    EXPECT_EQ(line_diff("a\nb\n", "a\nb\n"), "");
    EXPECT_EQ(line_diff("", ""), "");
}

TEST(LineDiff, ShowsWhatChangesWithItsSurroundings) {
    EXPECT_EQ(line_diff("1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\nx\n5\n6\n7\n", 2),
              " 2\n 3\n-4\n+x\n 5\n 6\n");
    EXPECT_EQ(line_diff("a\n", "a\nb\n", 0), "+b\n");
    EXPECT_EQ(line_diff("", "a\n"), "+a\n");
    EXPECT_EQ(line_diff("a\n", ""), "-a\n");
}

TEST(LineDiff, MarksWhatLiesBetweenTwoChanges) {
    EXPECT_EQ(line_diff("a\n1\n2\n3\nb\n", "A\n1\n2\n3\nB\n", 1), "-a\n+A\n 1\n ...\n 3\n-b\n+B\n");
}

TEST(LineDiff, IsNeverEmptyForDifferentTexts) {
    EXPECT_EQ(line_diff("a", "a\n"), "\\ only the end of the last line differs\n");
}

TEST(LineDiff, SumsUpLargeTexts) {
    std::string large;
    for (int i = 0; i < 2001; ++i) {
        large += "x\n";
    }
    EXPECT_EQ(line_diff(large, "y\n"), "2001 lines become 1 lines\n");
}

} // namespace
} // namespace k8s_node
