#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/object_difference.hpp"

namespace k8s_node::cluster {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

std::optional<std::string> difference(const char* ours, const char* theirs) {
    return first_difference(Json::parse(ours), Json::parse(theirs));
}

TEST(FirstDifference, IgnoresWhatTheServerAdds) {
    EXPECT_FALSE(difference(R"({"a":{"b":1}})", R"({"a":{"b":1,"c":2},"d":3})"));
    EXPECT_FALSE(difference(R"({"l":[{"name":"x"}]})", R"({"l":[{"name":"x","protocol":"TCP"}]})"));
}

TEST(FirstDifference, NamesTheField) {
    EXPECT_THAT(difference(R"({"rules":[{"verbs":["get","watch"]}]})",
                           R"({"rules":[{"verbs":["get","list"]}]})"),
                Optional(std::string(R"(rules[0].verbs[1] is "list", should be "watch")")));
    EXPECT_THAT(difference(R"({"a":{"b":true}})", R"({"a":{}})"),
                Optional(std::string("a.b is missing, should be true")));
    EXPECT_THAT(difference(R"({"a":{"b":1}})", R"({"a":"text"})"),
                Optional(std::string(R"(a is "text", should be {"b":1})")));
}

TEST(FirstDifference, ComparesListsAsAWhole) {
    EXPECT_THAT(difference(R"({"subjects":["a"]})", R"({"subjects":["a","b"]})"),
                Optional(std::string("subjects has 2 entries, should have 1")));
    EXPECT_TRUE(difference(R"({"verbs":["a","b"]})", R"({"verbs":["b","a"]})"));
}

TEST(FirstDifference, TakesNothingForNothing) {
    EXPECT_FALSE(difference(R"({"a":null,"b":{},"c":[]})", "{}"));
    EXPECT_FALSE(difference(R"({"a":{}})", R"({"a":null})"));
    EXPECT_TRUE(difference(R"({"a":false})", "{}")) << "a default may be true";
    EXPECT_TRUE(difference(R"({"subjects":[]})", R"({"subjects":["a"]})"));
}

TEST(FirstDifference, DoesNotShowASecret) {
    const auto text = difference(R"({"kind":"Secret","data":{"token":"b3Vycw=="}})",
                                 R"({"kind":"Secret","data":{"token":"dGhlaXJz"}})");
    EXPECT_THAT(text, Optional(HasSubstr("data.token")));
    EXPECT_THAT(text, Optional(Not(HasSubstr("b3Vycw"))));
    EXPECT_THAT(text, Optional(Not(HasSubstr("dGhlaXJz"))));
}

TEST(FirstDifference, ShortensLongValues) {
    const auto text = first_difference({{"data", std::string(500, 'a')}}, Json::object());
    ASSERT_TRUE(text);
    EXPECT_LT(text->size(), 120U);
}

TEST(WithoutBookkeeping, KeepsWhatAWriterSays) {
    const auto object = Json::parse(R"({"metadata":{"name":"x","resourceVersion":"1",
        "generation":2,"managedFields":[]},"spec":{"a":1},"status":{"b":2}})");
    EXPECT_EQ(without_bookkeeping(object),
              Json::parse(R"({"metadata":{"name":"x"},"spec":{"a":1}})"));
    EXPECT_EQ(without_bookkeeping(Json(5)), Json(5));
}

} // namespace
} // namespace k8s_node::cluster
