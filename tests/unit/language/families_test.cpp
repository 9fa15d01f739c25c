#include <gmock/gmock.h>

#include "language/expand.hpp"
#include "language/families.hpp"
#include "language/networks.hpp"
#include "unit/resolve/configuration.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;
using testing::Optional;

constexpr const char* dual = "10.244.0.0/16,fd00:10:244::/56";

TEST(Families, OneOrOneOfEach) {
    for (const auto* good : {"10.244.0.0/16", "fd00::/56", dual, "fd00::/56,10.0.0.0/8"}) {
        EXPECT_EQ(families_problem(SettingType::cidrs, good), std::nullopt) << good;
    }
    for (const auto* good : {"192.0.2.1", "2001:db8::1", "192.0.2.1,2001:db8::1"}) {
        EXPECT_EQ(families_problem(SettingType::ips, good), std::nullopt) << good;
    }
}

TEST(Families, WrongOnesAreNamed) {
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"10.0.0.0/16,10.1.0.0/16", "not two of IPv4"},
        {"fd00::/56,fd01::/56", "not two of IPv6"},
        {"10.0.0.0/16,fd00::/56,fd01::/56", "not 3"},
        {"10.0.0.0/16,fd00::1/56", "without host bits, fd00::/56, not 'fd00::1/56'"},
        {"10.0.0.0/16, fd00::/56", "10.0.0.0/16,fd00::/56"},
        {"10.0.0.0/16,", "or one of each family, not ''"},
        {"fd00::", "a network such as"},
        {"", "a network such as"},
    };
    for (const auto& [text, why] : cases) {
        EXPECT_THAT(families_problem(SettingType::cidrs, text), Optional(HasSubstr(why))) << text;
    }
    for (const auto* bad : {"fe80::1", "::1", "::", "ff02::1", "::ffff:192.0.2.1", "fd00::/64",
                            "127.0.0.1", "192.0.2.1,127.0.0.1", "name"}) {
        EXPECT_THAT(families_problem(SettingType::ips, bad), Optional(HasSubstr("can reach")))
            << bad;
    }
}

TEST(Families, HaveParts) {
    const std::vector<std::tuple<const char*, const char*, const char*>> cases = {
        {dual, "ipv4", "10.244.0.0/16"},
        {dual, "ipv6", "fd00:10:244::/56"},
        {"10.0.0.0/8", "ipv6", ""},
        {dual, "first", "10.244.0.0/16"},
        {dual, "is_dual", "true"},
        {"fd00::/56", "is_dual", "false"},
        {"fd00::/56", "has_ipv4", "false"},
        {"fd00::/56", "has_ipv6", "true"},
        {"", "has_ipv4", "false"},
        {"fd00::1,192.0.2.1", "first_is_ipv6", "true"},
        {"fd00::1,192.0.2.1", "in_url", "[fd00::1]"},
        {"192.0.2.1,fd00::1", "in_url", "192.0.2.1"},
        {"192.0.2.1,fd00::1", "words", "192.0.2.1 fd00::1"},
        {"192.0.2.1,fd00::1", "quoted", R"("192.0.2.1", "fd00::1")"},
        {dual, "part.24.64", "10.244.0.0/24,fd00:10:244::/64"},
        {"10.0.0.0/8", "part.24.64", "10.0.0.0/24"},
    };
    for (const auto& [text, part, wanted] : cases) {
        EXPECT_THAT(part_of_addresses(text, part), Optional(std::string(wanted))) << part;
    }
    EXPECT_EQ(part_of_addresses(dual, "ipv5"), std::nullopt);
    EXPECT_EQ(part_of_addresses(dual, "part.24"), std::nullopt);
}

Settings settings_of(const std::string& services) {
    Settings settings;
    SettingSpec spec;
    spec.type = SettingType::cidrs;
    settings["app.services"] = {spec, Tree::scalar(services, false, {})};
    return settings;
}

std::string expanded(const std::string& yaml, const std::string& services) {
    Diagnostics diagnostics;
    Scope scope(settings_of(services), {}, diagnostics);
    auto json = to_json(expand(test::tree_of(yaml), scope, diagnostics));
    diagnostics.throw_if_any();
    return json;
}

TEST(Families, AreItemsOfTheirOwnInLists) {
    const std::string both = "10.96.0.0/16,fd00:96::/112";
    EXPECT_EQ(expanded("[a, '${app.services.host.10}', '${app.services}']", both),
              R"(["a","10.96.0.10","fd00:96::a","10.96.0.0/16","fd00:96::/112"])");
    EXPECT_EQ(expanded("['${app.services.host.1}']", "fd00:96::/112"), R"(["fd00:96::1"])");
    EXPECT_EQ(expanded("a: ${app.services}", both), R"({"a":"10.96.0.0/16,fd00:96::/112"})");
    EXPECT_EQ(expanded("['x${app.services.ipv6.host.1}']", both), R"(["xfd00:96::1"])");
}

TEST(Families, DecideConditions) {
    const std::string yaml = "[{when: '${app.services.has_ipv6}', value: six},"
                             " {when: 'not ${app.services.is_dual}', value: one}]";
    EXPECT_EQ(expanded(yaml, "10.96.0.0/16"), R"(["one"])");
    EXPECT_EQ(expanded(yaml, "fd00::/112"), R"(["six","one"])");
    EXPECT_EQ(expanded(yaml, "10.96.0.0/16,fd00::/112"), R"(["six"])");
}

TEST(Families, ATooSmallNetworkIsNamed) {
    EXPECT_THAT(test::complaint_of([](Diagnostics&) {
                    static_cast<void>(
                        expanded("${app.services.host.10}", "10.96.0.0/16,fd00::/126"));
                }),
                HasSubstr("fd00::/126 has no address number 10"));
}

} // namespace
} // namespace k8s_node
