#include <gmock/gmock.h>

#include "config/values.hpp"
#include "unit/config/configuration.hpp"

namespace k8s_node {
namespace {

SettingSpec of_type(SettingType type) {
    SettingSpec spec;
    spec.type = type;
    spec.choices = {"red", "blue"};
    return spec;
}

struct Case {
    SettingType type;
    std::vector<const char*> good; ///< as YAML
    std::vector<const char*> bad;
};

class SettingValues : public testing::TestWithParam<Case> {};

TEST_P(SettingValues, FitTheirType) {
    const auto problem = [&](const char* yaml) {
        return value_problem(of_type(GetParam().type),
                             *test::tree_of(std::string("v: ") + yaml).find("v"));
    };
    for (const char* yaml : GetParam().good) {
        EXPECT_EQ(problem(yaml), std::nullopt) << yaml;
    }
    for (const char* yaml : GetParam().bad) {
        EXPECT_THAT(problem(yaml).value_or(""), testing::StartsWith("must be ")) << yaml;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Types, SettingValues,
    testing::Values(
        Case{SettingType::text, {"x", "''", "1.20", "true"}, {"[x]", "{a: b}"}},
        Case{SettingType::boolean, {"true", "false"}, {"yes", "'true'", "1", "True", "[true]"}},
        Case{SettingType::integer,
             {"0", "-5", "9223372036854775807"},
             {"9223372036854775808", "1.0", "'5'", "0x10", "1e3", "{}"}},
        Case{SettingType::port, {"1", "65535"}, {"0", "65536", "-1", "http"}},
        Case{SettingType::ip,
             {"192.0.2.1", "::1", "2001:db8::1"},
             {"192.0.2.256", "192.0.2", "localhost", "::1%lo", "1.2.3.4/8"}},
        Case{SettingType::cidr,
             {"10.0.0.0/8", "0.0.0.0/0", "fd00::/64", "::/0"},
             {"10.0.0.0", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/-1", "/8", "10/8"}},
        Case{SettingType::path, {"/", "/etc/x"}, {"etc/x", "''", "~/x"}},
        Case{SettingType::url,
             {"https://h:1", "unix:///run/x"},
             {"h:1", "https:/h", "https://", "https:///x", "https://:1", "'https://a b'"}},
        Case{SettingType::duration,
             {"5s", "1h30m", "10ms"},
             {"5", "s", "-5s", "1.5h", "5 s", "5sec", "''"}},
        Case{SettingType::choice, {"red", "blue"}, {"green", "''", "RED"}},
        Case{SettingType::name,
             {"n1", "a.b-c.d", "1a"},
             {"N1", "-a", "a-", "a..b", ".", "''", "a_b", "ä"}},
        Case{SettingType::list, {"[]", "[a, 1]"}, {"a", "{}", "[[a]]", "[{a: b}]"}}));

TEST(SettingValue, BoundsAreInclusiveAndNamed) {
    auto spec = of_type(SettingType::integer);
    spec.minimum = 1;
    spec.maximum = 10;
    const auto problem = [&](const char* text) {
        return value_problem(spec, Tree::scalar(text, false, {}));
    };
    EXPECT_EQ(problem("1"), std::nullopt);
    EXPECT_EQ(problem("10"), std::nullopt);
    EXPECT_EQ(problem("11"), "must be a whole number from 1 to 10, not '11'");
    EXPECT_EQ(problem("0"), "must be a whole number from 1 to 10, not '0'");
}

TEST(SettingValue, HoldsNoControlCharacter) {
    EXPECT_TRUE(value_problem(of_type(SettingType::text), Tree::scalar("a\x01", true, {})));
}

TEST(DnsSubdomain, IsLimitedInLength) {
    EXPECT_TRUE(is_dns_subdomain(std::string(63, 'a')));
    EXPECT_FALSE(is_dns_subdomain(std::string(64, 'a')));
    const auto label = std::string(49, 'a') + ".";
    EXPECT_FALSE(is_dns_subdomain(label + label + label + label + label + "aaaa"));
}

TEST(Versions, CompareByNumbers) {
    EXPECT_LT(compare_versions("1.9", "1.10"), 0);
    EXPECT_LT(compare_versions("1.20.2", "1.20.15"), 0);
    EXPECT_GT(compare_versions("2.0", "1.99.99"), 0);
    EXPECT_EQ(compare_versions("1.20", "1.20.0"), 0);
    EXPECT_EQ(compare_versions("v1.27.3", "1.27.3"), 0);
}

TEST(Versions, WhatFollowsTheNumbersIsIgnored) {
    EXPECT_EQ(compare_versions("1.27.0-rc.1", "1.27.0"), 0);
    EXPECT_EQ(compare_versions("1.20.2+k3s1", "1.20.2"), 0);
    EXPECT_LT(compare_versions("1.26.9-alpha.7", "1.27"), 0);
}

TEST(Paths, StayWhereTheyArePut) {
    for (const char* path : {"a", "a/b", "..a", "a.b"}) {
        EXPECT_TRUE(is_confined_path(path)) << path;
        EXPECT_TRUE(is_plain_absolute_path(std::string("/") + path)) << path;
    }
    for (const char* path : {"", ".", "..", "a/..", "../a", "a//b", "a/", "/a", "a/./b"}) {
        EXPECT_FALSE(is_confined_path(path)) << path;
        EXPECT_FALSE(is_plain_absolute_path(std::string("/") + path)) << path;
    }
    EXPECT_FALSE(is_plain_absolute_path("a"));
}

} // namespace
} // namespace k8s_node
