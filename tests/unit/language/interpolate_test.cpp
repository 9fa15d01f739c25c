#include <gmock/gmock.h>

#include "language/interpolate.hpp"
#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

std::optional<std::string> lookup(const std::string& name) {
    return name == "a.b" ? std::optional<std::string>("value") : std::nullopt;
}

std::string replaced(const std::string& text) {
    Diagnostics diagnostics;
    auto out = interpolate(text, lookup, {}, diagnostics);
    diagnostics.throw_if_any();
    return out;
}

TEST(Interpolate, ReplacesNamesAndNothingElse) {
    EXPECT_EQ(replaced("x ${a.b} y ${a.b}"), "x value y value");
    EXPECT_EQ(replaced("$HOME $ 5$"), "$HOME $ 5$");
    EXPECT_EQ(replaced("$${a.b} costs 3$$"), "${a.b} costs 3$");
    EXPECT_EQ(replaced("$$${a.b}"), "$value");
}

TEST(Interpolate, UnknownNamesAndOpenBracesAreReported) {
    EXPECT_THAT(test::complaint_of([](Diagnostics& diagnostics) {
                    static_cast<void>(interpolate("${a.c} ${}", lookup, {}, diagnostics));
                }),
                testing::AllOf(testing::HasSubstr("unknown reference ${a.c}"),
                               testing::HasSubstr("unknown reference ${}")));
    EXPECT_THROW(static_cast<void>(replaced("x ${a.b")), ConfigurationError);
}

TEST(Interpolate, ATextCannotGrowWithoutBound) {
    const auto huge = [](const std::string&) { return std::optional(std::string(600000, 'x')); };
    Diagnostics diagnostics;
    EXPECT_LE(interpolate("${a}${a}${a}${a}", huge, {}, diagnostics).size(), 1U << 20U);
    EXPECT_FALSE(diagnostics.empty());
}

TEST(HostOfNetwork, CountsFromTheNetworksAddress) {
    EXPECT_EQ(host_of_cidr("10.96.0.0/16", 0), "10.96.0.0");
    EXPECT_EQ(host_of_cidr("10.96.0.0/16", 10), "10.96.0.10");
    EXPECT_EQ(host_of_cidr("10.96.0.0/16", 258), "10.96.1.2");
    EXPECT_EQ(host_of_cidr("fd00:10:96::/112", 10), "fd00:10:96::a");
    EXPECT_EQ(host_of_cidr("fd00::/64", 4294967295U), "fd00::ffff:ffff");
}

TEST(HostOfNetwork, IgnoresHostBitsAsKubernetesDoes) {
    EXPECT_EQ(host_of_cidr("10.96.0.5/16", 1), "10.96.0.1");
    EXPECT_EQ(host_of_cidr("10.96.255.255/12", 1), "10.96.0.1");
    EXPECT_EQ(host_of_cidr("fd00::dead/64", 1), "fd00::1");
    EXPECT_EQ(host_of_cidr("255.255.255.255/0", 1), "0.0.0.1");
}

TEST(HostOfNetwork, EndsWithTheNetwork) {
    EXPECT_EQ(host_of_cidr("192.0.2.0/30", 3), "192.0.2.3");
    EXPECT_EQ(host_of_cidr("192.0.2.0/30", 4), std::nullopt);
    EXPECT_EQ(host_of_cidr("192.0.2.7/32", 0), "192.0.2.7");
    EXPECT_EQ(host_of_cidr("192.0.2.7/32", 1), std::nullopt);
    EXPECT_EQ(host_of_cidr("0.0.0.0/0", 4294967295U), "255.255.255.255");
    EXPECT_EQ(host_of_cidr("fd00::1/128", 1), std::nullopt);
}

TEST(HostOfNetwork, WhatIsNoNetworkHasNoHosts) {
    for (const char* text :
         {"", "/", "10.0.0.0", "10.0.0.0/x", "10.0.0.0/33", "fd00::/129", "a/8"}) {
        EXPECT_EQ(host_of_cidr(text, 0), std::nullopt) << text;
    }
}

} // namespace
} // namespace k8s_node
