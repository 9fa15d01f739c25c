#include <gtest/gtest.h>

#include "unit/utf8.hpp"

namespace k8s_node::unit {
namespace {

TEST(Utf8, AcceptsTextOfEveryLength) {
    EXPECT_TRUE(is_valid_utf8(""));
    EXPECT_TRUE(is_valid_utf8("plain \x01\x7f"));
    EXPECT_TRUE(is_valid_utf8("\xc5\xbc \xe2\x82\xac \xf0\x9f\x98\x80"));
    EXPECT_TRUE(is_valid_utf8("\xf4\x8f\xbf\xbd"));
}

TEST(Utf8, RefusesWhatIsMalformed) {
    for (const auto* text : {"\x80", "\xff", "\xc5", "\xe2\x82", "\xf0\x9f\x98", "a\xc5z",
                             "\xc0\x80",            // overlong NUL
                             "\xe0\x80\xaf",        // overlong "/"
                             "\xed\xa0\x80",        // a surrogate
                             "\xf4\x90\x80\x80"}) { // beyond U+10FFFF
        EXPECT_FALSE(is_valid_utf8(text)) << testing::PrintToString(text);
    }
}

TEST(Utf8, RefusesTheNoncharactersThatSystemdRefuses) {
    EXPECT_FALSE(is_valid_utf8("\xef\xbf\xbe")); // U+FFFE
    EXPECT_FALSE(is_valid_utf8("\xef\xb7\x90")); // U+FDD0
}

} // namespace
} // namespace k8s_node::unit
