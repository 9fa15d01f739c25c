#include <gtest/gtest.h>

#include "model/boot_parameters.hpp"

namespace k8s_node {
namespace {

using Words = std::vector<std::string>;

TEST(CommandLine, IsSplitAtBlanksOutsideOfQuotes) {
    EXPECT_EQ(split_command_line(" a  b\tc\n"), (Words{"a", "b", "c"}));
    EXPECT_EQ(split_command_line("a=\"b c\"d 'e \"f' \"\""), (Words{"a=b cd", "e \"f", ""}));
    EXPECT_EQ(split_command_line("a=\"never closed b"), (Words{"a=never closed b"}));
    EXPECT_EQ(split_command_line("  "), Words{});
    EXPECT_EQ(split_command_line(""), Words{});
}

TEST(Arguments, AreSplitAtNul) {
    EXPECT_EQ(split_arguments(std::string_view("/sbin/init\0a=b c\0", 17)),
              (Words{"/sbin/init", "a=b c"}));
}

TEST(BootParameters, TheLastOfAKindWins) {
    const auto found = find_boot_parameters(
        {"k8s_node.generation=1", "quiet", "k8s_node.enabled=0", "k8s_node.generation=2"});
    ASSERT_TRUE(found.generation.has_value());
    EXPECT_EQ(found.generation->value, "2");
    EXPECT_EQ(found.generation->word, "k8s_node.generation=2");
    EXPECT_EQ(found.enabled->value, "0");
    EXPECT_FALSE(found.profile.has_value());
}

TEST(BootParameters, DashesInNamesAreUnderscores) {
    const auto found = find_boot_parameters({"k8s-node.profile=a-b"});
    ASSERT_TRUE(found.profile.has_value());
    EXPECT_EQ(found.profile->value, "a-b");
}

TEST(BootParameters, SayHowToInstall) {
    const auto found =
        find_boot_parameters({"k8s_node.release=1.37.1", "k8s_node.mirror=https://a/b?c=d",
                              "k8s_node.config=http://e#f"});
    EXPECT_EQ(found.release->value, "1.37.1");
    EXPECT_EQ(found.mirror->value, "https://a/b?c=d");
    EXPECT_EQ(found.config->value, "http://e#f");
}

TEST(BootParameters, OthersAreNotOurs) {
    const auto found = find_boot_parameters(
        {"rd.k8s_node.enabled=0", "k8s_node.enabledx=0", "xk8s_node.enabled=0", "k8s_node"});
    EXPECT_FALSE(found.enabled.has_value());
}

TEST(BootParameters, AWordWithoutValueIsThere) {
    const auto found = find_boot_parameters({"k8s_node.enabled"});
    ASSERT_TRUE(found.enabled.has_value());
    EXPECT_EQ(found.enabled->value, "");
}

TEST(Boolean, ReadsWhatSystemdReads) {
    for (const auto* yes : {"1", "yes", "Y", "true", "t", "ON"}) {
        EXPECT_EQ(parse_boolean(yes), true) << yes;
    }
    for (const auto* no : {"0", "no", "N", "false", "f", "Off"}) {
        EXPECT_EQ(parse_boolean(no), false) << no;
    }
    for (const auto* neither : {"", "2", "nope", "tru"}) {
        EXPECT_EQ(parse_boolean(neither), std::nullopt) << neither;
    }
}

} // namespace
} // namespace k8s_node
