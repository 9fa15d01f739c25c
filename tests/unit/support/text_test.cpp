#include <array>

#include <gmock/gmock.h>

#include "support/text.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;

TEST(Text, IsTrimmedAtBothEnds) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, IsSplitWithEmptyPieces) {
    EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
    EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, HasWordsBetweenBlanks) {
    EXPECT_EQ(words_of(" a\t b  c "), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(words_of(" \t").empty());
    EXPECT_TRUE(contains(words_of("a b"), "b"));
    EXPECT_FALSE(contains(words_of("a b"), "c"));
}

TEST(Text, IsDecodedWhereAPercentSignHasTwoDigits) {
    EXPECT_EQ(percent_decoded("50%25 of%0ait%2F"), "50% of\nit/");
    EXPECT_EQ(percent_decoded("100%"), "100%");
    EXPECT_EQ(percent_decoded("%zz%2"), "%zz%2");
    EXPECT_EQ(percent_decoded("%-1%+1%0x"), "%-1%+1%0x");
}

TEST(Text, ALastLineNeedsNoEnd) {
    EXPECT_THAT(split_lines("a\n\nb"), ElementsAre("a", "", "b"));
    EXPECT_THAT(split_lines("a\n"), ElementsAre("a"));
    EXPECT_TRUE(split_lines("").empty());
}

TEST(Text, IsJoinedAndReplaced) {
    const std::vector<std::string> parts = {"a", "", "b"};
    EXPECT_EQ(join(parts, ", "), "a, , b");
    EXPECT_EQ(join({}, ", "), "");
    EXPECT_EQ(replace_all("aXbXX", "X", "XY"), "aXYbXYXY");
    EXPECT_EQ(replace_all("abc", "", "x"), "abc");
}

TEST(Text, HexIsLowerCase) {
    const std::array<std::uint8_t, 3> bytes = {0x00, 0xab, 0xff};
    EXPECT_EQ(to_hex(bytes), "00abff");
}

TEST(Integer, IsDecimalAndNothingElse) {
    EXPECT_EQ(parse_integer("-12"), -12);
    EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
    for (const char* text : {"", "+1", " 1", "1 ", "0x1", "1.0", "9223372036854775808", "-"}) {
        EXPECT_EQ(parse_integer(text), std::nullopt) << text;
    }
}

TEST(OctalMode, IsAtMostTwelveBits) {
    EXPECT_EQ(parse_octal_mode("0644"), 0644U);
    EXPECT_EQ(parse_octal_mode("7777"), 07777U);
    for (const char* text : {"", "10000", "0o644", "8", "-1", "rw", "644 "}) {
        EXPECT_EQ(parse_octal_mode(text), std::nullopt) << text;
    }
}

TEST(NearestWord, IsOneThatMayHaveBeenMeant) {
    const std::vector<std::string> known = {"port", "settings", "name"};
    EXPECT_EQ(nearest_word("prot", known), "port");
    EXPECT_EQ(nearest_word("setings", known), "settings");
    EXPECT_EQ(nearest_word("nmae", known), "name");
    EXPECT_EQ(nearest_word("nodes", known), std::nullopt);
    EXPECT_EQ(nearest_word("", known), std::nullopt);
    EXPECT_EQ(nearest_word("port", {}), std::nullopt);
}

TEST(HumanBytes, HaveAUnit) {
    EXPECT_EQ(human_bytes(0), "0 B");
    EXPECT_EQ(human_bytes(1023), "1023 B");
    EXPECT_EQ(human_bytes(1536), "1.5 KiB");
    EXPECT_EQ(human_bytes(std::uint64_t{5} << 30U), "5.0 GiB");
    EXPECT_EQ(human_bytes(std::uint64_t{2048} << 40U), "2048.0 TiB");
}

} // namespace
} // namespace k8s_node
