#include <gmock/gmock.h>

#include "language/networks.hpp"
#include "language/values.hpp"
#include "unit/resolve/configuration.hpp"

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
        Case{SettingType::boolean, {"true", "false", "True"}, {"yes", "'true'", "1", "[true]"}},
        Case{SettingType::integer,
             {"0", "-5", "9223372036854775807", "0x10", "+5"},
             {"9223372036854775808", "1.0", "'5'", "0x", "1e3", "{}"}},
        Case{SettingType::port, {"1", "65535"}, {"0", "65536", "-1", "http"}},
        Case{SettingType::ip,
             {"192.0.2.1", "::1", "2001:db8::1"},
             {"192.0.2.256", "192.0.2", "localhost", "::1%lo", "1.2.3.4/8"}},
        Case{SettingType::cidr,
             {"10.0.0.0/8", "0.0.0.0/0", "fd00::/64", "::/0"},
             {"10.0.0.0", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/-1", "/8", "10/8"}},
        Case{SettingType::cidr, {}, {"10.0.0.1/8", "fd00::1/64"}},
        Case{SettingType::ipv4,
             {"192.0.2.1", "10.0.0.1"},
             {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "1.2.3.4/32"}},
        Case{SettingType::ipv4_cidr,
             {"10.0.0.0/8", "192.0.2.0/24"},
             {"10.0.0.7/24", "fd00::/64", "10.0.0.0", "0.0.0.1/0"}},
        Case{SettingType::path, {"/", "/etc/x"}, {"etc/x", "''", "~/x"}},
        Case{SettingType::url,
             {"https://h:1", "unix:///run/x", "https://[::1]:6443/x", "http://u:p@h",
              "https://1.2.3.4"},
             {"h:1", "https:/h", "https://", "https:///x", "https://:1", "'https://a b'",
              "'https://[::1:99999'", "https://h:99999", "https://h:0", "'https://h:'",
              "https://[a]", "https://1.2.3", "'https://h,g'"}},
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
    EXPECT_EQ(problem("11"), "must be an integer from 1 to 10, not '11'");
    EXPECT_EQ(problem("0"), "must be an integer from 1 to 10, not '0'");
}

TEST(SettingValue, ATextWhereANumberIsMeantIsToldByItsQuotes) {
    auto spec = of_type(SettingType::integer);
    EXPECT_EQ(value_problem(spec, Tree::scalar("60", true, {})),
              "must be an integer, not the string \"60\": leave the quotes out");
    spec = of_type(SettingType::boolean);
    EXPECT_EQ(value_problem(spec, Tree::scalar("true", true, {})),
              "must be true or false, not the string \"true\": leave the quotes out");
}

TEST(SettingValue, ANetworkWithHostBitsIsToldItsOwnAddress) {
    EXPECT_THAT(
        value_problem(of_type(SettingType::ipv4_cidr), Tree::scalar("10.244.1.7/24", true, {}))
            .value_or(""),
        testing::HasSubstr("without host bits, 10.244.1.0/24, not '10.244.1.7/24'"));
}

TEST(SettingValue, MatchesItsPatternAsAWhole) {
    auto spec = of_type(SettingType::text);
    spec.pattern = "[a-z]+|[0-9]{2}";
    const auto problem = [&](const char* text) {
        return value_problem(spec, Tree::scalar(text, true, {}));
    };
    EXPECT_EQ(problem("abc"), std::nullopt);
    EXPECT_EQ(problem("12"), std::nullopt);
    for (const char* text : {"", "abc1", "1abc", "123", "a\nb", "a\"b"}) {
        EXPECT_THAT(problem(text).value_or(""), testing::HasSubstr("matching [a-z]+")) << text;
    }
    spec.type = SettingType::list;
    const auto list = test::tree_of("[abc, X, de]");
    EXPECT_THAT(value_problem(spec, list).value_or(""), testing::HasSubstr("not 'X'"));
    EXPECT_EQ(culprit_of(spec, list).text(), "X");
}

TEST(Urls, NameAHost) {
    EXPECT_EQ(host_of_url("https://api.example:6443/x"), "api.example");
    EXPECT_EQ(host_of_url("https://[2001:db8::1]:6443"), "2001:db8::1");
    EXPECT_EQ(host_of_url("https://u:p@10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(authority_of_url("https://u:p@[2001:db8::1]:6443/x"), "[2001:db8::1]:6443");
    EXPECT_EQ(port_of_url("https://[2001:db8::1]:6443/x:1"), ":6443");
    EXPECT_EQ(port_of_url("https://u:p@[2001:db8::1]/"), "");
    EXPECT_EQ(port_of_url("https://api.example"), "");
}

TEST(Urls, WithoutAPortMeanThatOfTheirScheme) {
    EXPECT_EQ(place_of_url("https://lb.example"), "lb.example:443");
    EXPECT_EQ(place_of_url("https://lb.example/"), "lb.example:443");
    EXPECT_EQ(place_of_url("http://192.0.2.1"), "192.0.2.1:80");
    EXPECT_EQ(place_of_url("https://[2001:db8::1]"), "[2001:db8::1]:443");
    EXPECT_EQ(place_of_url("https://192.0.2.1:6443"), "192.0.2.1:6443");
    EXPECT_EQ(place_of_url(""), "");
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
    EXPECT_LT(compare_versions("1.36.5", "1.36.15"), 0);
    EXPECT_GT(compare_versions("2.0", "1.99.99"), 0);
    EXPECT_EQ(compare_versions("1.36", "1.36.0"), 0);
    EXPECT_EQ(compare_versions("v1.36.5", "1.36.5"), 0);
}

TEST(Versions, WhatFollowsTheNumbersIsIgnored) {
    EXPECT_EQ(compare_versions("1.37.0-rc.1", "1.37.0"), 0);
    EXPECT_EQ(compare_versions("1.36.5+k3s1", "1.36.5"), 0);
    EXPECT_LT(compare_versions("1.36.9-alpha.7", "1.37"), 0);
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
