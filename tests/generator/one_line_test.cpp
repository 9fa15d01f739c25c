#include <unistd.h>

#include <gtest/gtest.h>

#include "generators/one_line.hpp"
#include "generators/time_limit.hpp"
#include "unit/utf8.hpp"

namespace k8s_node::generator {
namespace {

TEST(OneLine, KeepsText) {
    EXPECT_EQ(one_line("a \xc5\xbc (1)"), "a \xc5\xbc (1)");
}

TEST(OneLine, ReplacesWhatALineCannotHold) {
    EXPECT_EQ(one_line(" a\nb\x1b[1m\x7f "), "a?b?[1m?");
    EXPECT_EQ(one_line("a\xffż"), "a???");
}

TEST(OneLine, IsShort) {
    std::string text;
    while (text.size() < 2000) {
        text += "\xe2\x82\xac";
    }
    for (const auto* shift : {"", "a", "aa"}) {
        const auto line = one_line(shift + text);
        EXPECT_LE(line.size(), 603U);
        EXPECT_TRUE(unit::is_valid_utf8(line));
        EXPECT_TRUE(line.ends_with("..."));
    }
}

TEST(OneLine, TellsAnErrorFromTheOutside) {
    auto error = Error("no such file");
    error.while_doing("reading b").while_doing("loading a").try_this("look");
    EXPECT_EQ(one_line(error), "loading a: reading b: no such file; look");
}

TEST(TimeLimit, EndsWhatHangs) {
    EXPECT_EXIT(
        {
            end_after(1);
            for (;;) {
                ::pause();
            }
        },
        testing::ExitedWithCode(1), "");
}

} // namespace
} // namespace k8s_node::generator
