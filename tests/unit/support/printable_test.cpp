#include <gtest/gtest.h>

#include "support/printable.hpp"

namespace k8s_node {
namespace {

TEST(Printable, LeavesTextOfPeopleAlone) {
    EXPECT_EQ(printable("größer als 5 €: \t…"), "größer als 5 €: \t…");
}

TEST(Printable, WritesOutWhatMovesTheCursor) {
    EXPECT_EQ(printable("a\033[2Jb\r\b\x7f"), "a\\x1b[2Jb\\x0d\\x08\\x7f");
    EXPECT_EQ(printable("\xc2\x9b"
                        "2J"),
              "\\x9b2J");
    EXPECT_EQ(printable("\xc2"), "\xc2");
}

TEST(Printable, IndentsFurtherLines) {
    EXPECT_EQ(printable("a name\nerror: all is lost\n"), "a name\n  error: all is lost");
}

} // namespace
} // namespace k8s_node
