#include <gmock/gmock.h>

#include "etcd/members.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Member voter(std::uint64_t id, const char* name) {
    return {id, name, {}, {}, /*is_learner=*/false};
}

const std::vector<Member> three = {voter(1, "n1"), voter(2, "n2"), voter(3, "n3")};

TEST(Members, AreReadWithTheirIdsWhole) {
    const auto members = read_members(json::parse(R"({"members": [
        {"ID": "18446744073709551615", "name": "n1", "peerURLs": ["https://192.0.2.10:2380"],
         "clientURLs": ["https://192.0.2.10:2379"]},
        {"ID": "255", "peerURLs": ["https://192.0.2.11:2380"], "isLearner": true}]})"));
    ASSERT_EQ(members.size(), 2U);
    EXPECT_EQ(members[0].id, UINT64_MAX);
    EXPECT_THAT(members[0].client_urls, ElementsAre("https://192.0.2.10:2379"));
    EXPECT_EQ(member_text(members[0]), "n1 (ffffffffffffffff)");
    EXPECT_TRUE(members[1].is_learner);
    EXPECT_FALSE(members[1].has_started());
    EXPECT_EQ(member_text(members[1]), "https://192.0.2.11:2380 (ff)");
}

TEST(Members, WhatIsNoListIsRefused) {
    for (const auto* text : {"[]", "{}", R"({"members": 1})", R"({"members": [{"ID": "x"}]})",
                             R"({"members": [{"ID": 1}]})", R"({"members": ["n1"]})"}) {
        EXPECT_THROW((void)read_members(json::parse(text)), Error) << text;
    }
}

TEST(Members, AnIdIsReadBackAsItIsWritten) {
    EXPECT_EQ(parse_id(id_text(0x8e9e05c52164694d)), 0x8e9e05c52164694d);
    EXPECT_EQ(parse_id("n1"), std::nullopt);
    EXPECT_EQ(parse_id(""), std::nullopt);
}

TEST(Members, OneOfThreeMayGoIfTheOthersWork) {
    EXPECT_EQ(why_not_remove(three, 3, {1, 2, 3}), std::nullopt);
    EXPECT_EQ(why_not_remove(three, 3, {1, 2}), std::nullopt) << "it is down itself";
}

TEST(Members, OneMayNotGoIfTheRestWouldBeNoMajority) {
    const auto why = why_not_remove(three, 3, {1, 3});
    EXPECT_EQ(why.value_or(""),
              "of the 2 members that would remain, 2 must work, and n2 (2) does not answer");
}

TEST(Members, TheLastOneMayNotGo) {
    EXPECT_THAT(why_not_remove({voter(1, "n1")}, 1, {1}).value_or(""),
                HasSubstr("the only member"));
    auto with_learner = std::vector{voter(1, "n1"), voter(2, "n2")};
    with_learner[1].is_learner = true;
    EXPECT_THAT(why_not_remove(with_learner, 1, {1, 2}).value_or(""), HasSubstr("the only member"))
        << "a learner keeps nothing alive";
}

TEST(Members, ALearnerMayAlwaysGo) {
    auto members = three;
    members[2].is_learner = true;
    EXPECT_EQ(why_not_remove(members, 3, {1}), std::nullopt);
    EXPECT_EQ(count_voters(members), 2U);
}

TEST(Members, AMajorityIsMoreThanHalf) {
    EXPECT_EQ(majority_of(1), 1U);
    EXPECT_EQ(majority_of(2), 2U);
    EXPECT_EQ(majority_of(3), 2U);
    EXPECT_EQ(majority_of(4), 3U);
}

} // namespace
} // namespace k8s_node
