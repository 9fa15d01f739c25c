#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kubeconfig/base64.hpp"

namespace k8s_node {
namespace {

using testing::Optional;

TEST(Base64, IsReadBack) {
    for (const auto* text : {"a", "ab", "abc", "abcd"}) {
        EXPECT_THAT(from_base64(to_base64(text)), Optional(std::string(text)));
    }
    const std::string bytes("\0\xff\n=\0", 5);
    EXPECT_EQ(to_base64(bytes), "AP8KPQA=");
    EXPECT_THAT(from_base64("AP8KPQA="), Optional(bytes));
}

TEST(Base64, MayHaveLineEnds) {
    EXPECT_THAT(from_base64("YWJj\r\nZGVm\n"), Optional(std::string("abcdef")));
}

TEST(Base64, IsRefusedUnlessItIsWhole) {
    for (const auto* text :
         {"", "\n", "YWJ", "YW=j", "Y===", "====", "YWJj!", "YWJ-", "YWJj YWJj", " YWJ", "YWJ "}) {
        EXPECT_EQ(from_base64(text), std::nullopt) << "'" << text << "'";
    }
}

} // namespace
} // namespace k8s_node
