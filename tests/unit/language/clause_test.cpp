#include <gmock/gmock.h>

#include "language/clause.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;

/// References stand for what is written between their braces' last dot and
/// end, but for the version of Kubernetes.
ClauseVerdict decide(const std::string& clause) {
    return decide_clause(clause, [](const std::string& text) -> std::string {
        if (text == "${kubernetes.version}") {
            return "1.36.5";
        }
        if (text == "${artifact.etcd.version}") {
            return "3.6.14";
        }
        return text == "${app.text}" ? "a, b <= \"c\"" : text;
    });
}

TEST(Clause, ComparesVersionsByNumber) {
    EXPECT_EQ(decide("1.9 < 1.10").holds, true);
    EXPECT_EQ(decide("1.10 <= 1.9").holds, false);
    EXPECT_EQ(decide("1.27.0 >= 1.27").holds, true);
    EXPECT_EQ(decide("v1.28.1 > 1.28").holds, true);
    EXPECT_EQ(decide("not 1.9 > 1.10").holds, true);
    EXPECT_EQ(decide("${kubernetes.version}>=1.36").holds, true);
    EXPECT_EQ(decide("1.37.0-rc.1 >= 1.37").holds, true);
    EXPECT_EQ(decide("5 > 40").holds, false);
}

TEST(Clause, OrdersNothingButVersions) {
    for (const char* text : {"new >= 1.27", "1.27 < ", "1.27 >= 1.x", "1.27 >= 1.27.", "1. > 1",
                             "1.27 > v", "1.27 > 1.27-", "${kubernetes.version} < latest"}) {
        const auto verdict = decide(text);
        EXPECT_FALSE(verdict.holds.has_value()) << text;
        EXPECT_THAT(verdict.problem, HasSubstr("is not a version")) << text;
    }
}

TEST(Clause, ComparesTextsForEquality) {
    EXPECT_EQ(decide("a == a").holds, true);
    EXPECT_EQ(decide("1.0 == 1").holds, false);
    EXPECT_EQ(decide(" a != b ").holds, true);
    EXPECT_EQ(decide(" == ").holds, true);
    // What a setting holds is not read as part of the clause.
    EXPECT_EQ(decide("${app.text} == a").holds, false);
    EXPECT_EQ(decide("${app.text} == ${app.text}").holds, true);
}

TEST(Clause, AVersionIsEqualToAWholeOneOnly) {
    EXPECT_EQ(decide("${kubernetes.version} == 1.36.5").holds, true);
    EXPECT_EQ(decide("v1.36.5 == ${kubernetes.version}").holds, true);
    EXPECT_EQ(decide("${artifact.etcd.version} != 3.6.13").holds, true);
    for (const char* text : {"${kubernetes.version} == 1.36", "${kubernetes.version} != 1",
                             "3.6 == ${artifact.etcd.version}"}) {
        EXPECT_THAT(decide(text).problem, HasSubstr("never equal")) << text;
    }
    EXPECT_THAT(decide("${kubernetes.version} == 1.36.x").problem, HasSubstr("'1.36.x' is not"));
}

TEST(Clause, IsOneComparison) {
    for (const char* text :
         {"1.30 >= 1.27 && 1.30 < 1.30", ">= 1.27, < 1.30", "1.20 <= 1.25 < 1.30",
          "1.36.5 != 1.36.5 || true", "a == b or b == a", "a == b and true", "a b == c", "a == b c",
          "true && true", "not a == b, c == d"}) {
        const auto verdict = check_clause(text);
        EXPECT_FALSE(verdict.holds.has_value()) << text;
        EXPECT_THAT(verdict.hint, testing::AnyOf(HasSubstr("list"), HasSubstr("=="))) << text;
    }
}

TEST(Clause, NamesTheOperatorThatWasMeant) {
    EXPECT_THAT(check_clause("a => 1.37").hint, HasSubstr("'>='"));
    EXPECT_THAT(check_clause("a =< 1.37").hint, HasSubstr("'<='"));
    EXPECT_THAT(check_clause("a = b").hint, HasSubstr("'=='"));
    EXPECT_THAT(check_clause("a <> b").hint, HasSubstr("'!='"));
    EXPECT_THAT(check_clause("!${has.kubelet}").hint, HasSubstr("'not'"));
    EXPECT_THAT(check_clause("a >> b").hint, HasSubstr("operators are"));
    EXPECT_THAT(check_clause("a == 'b'").hint, HasSubstr("leave them out"));
}

TEST(Clause, WhatIsNoClauseIsNotDecided) {
    for (const char* text : {"", "yes", "1.9", "True", "not", "not x", "not not true"}) {
        EXPECT_EQ(decide(text).holds, std::nullopt) << text;
        EXPECT_FALSE(decide(text).problem.empty()) << text;
    }
    EXPECT_EQ(decide("not false").holds, true);
}

} // namespace
} // namespace k8s_node
