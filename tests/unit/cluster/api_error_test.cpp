#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/api_error.hpp"

namespace k8s_node::cluster {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(ApiErrorText, SaysWhatTheStatusSays) {
    const auto error = api_error(
        {403, R"({"kind":"Status","message":"nodes \"n\" is forbidden","reason":"Forbidden"})"},
        "read /api/v1/nodes/n");
    EXPECT_EQ(error.message(),
              "cannot read /api/v1/nodes/n: nodes \"n\" is forbidden (403 Forbidden)");
    EXPECT_EQ(error.code(), 403);
    EXPECT_EQ(error.reason(), "Forbidden");
    EXPECT_THAT(error.hint(), Not(IsEmpty()));
    EXPECT_FALSE(error.is_temporary());
}

TEST(ApiErrorText, QuotesABodyThatIsNoStatusShortly) {
    const auto error = api_error({503, "  upstream down\n"}, "x");
    EXPECT_EQ(error.message(), "cannot x: upstream down (503)");
    EXPECT_TRUE(error.is_temporary());
    EXPECT_THAT(api_error({500, std::string(5000, 'a')}, "x").message(), SizeIs(testing::Lt(400U)));
}

TEST(ApiErrorText, SurvivesAnyBody) {
    EXPECT_THAT(api_error({500, ""}, "x").message(), HasSubstr("no message"));
    EXPECT_THAT(api_error({500, R"({"kind":"Status","message":5})"}, "x").message(),
                HasSubstr("no message"));
}

} // namespace
} // namespace k8s_node::cluster
