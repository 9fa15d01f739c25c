#include <gtest/gtest.h>

#include "random_strings.hpp"
#include "run_program.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/escape.hpp"

namespace k8s_node::unit {
namespace {

TEST(Escape, FollowsSystemd) {
    EXPECT_EQ(escape("abc_1:2.3"), "abc_1:2.3");
    EXPECT_EQ(escape("a/b"), "a-b");
    EXPECT_EQ(escape("a-b"), "a\\x2db");
    EXPECT_EQ(escape(".hid"), "\\x2ehid");
    EXPECT_EQ(escape("a@b+c"), "a\\x40b\\x2bc");
    EXPECT_EQ(escape("\xc5\xbc"), "\\xc5\\xbc");
    EXPECT_EQ(escape("a\\b"), "a\\x5cb");
    EXPECT_EQ(escape(""), "");
}

TEST(EscapePath, FollowsSystemd) {
    EXPECT_EQ(escape_path("/"), "-");
    EXPECT_EQ(escape_path("/var/lib/etcd"), "var-lib-etcd");
    EXPECT_EQ(escape_path("//a/./b///c/"), "a-b-c");
    EXPECT_EQ(escape_path("/.hid/.too"), "\\x2ehid-.too");
    EXPECT_EQ(escape_path("/a@b+c"), "a\\x40b\\x2bc");
}

TEST(EscapePath, RefusesWhatHasNoName) {
    EXPECT_THROW(static_cast<void>(escape_path("relative/x")), Error);
    EXPECT_THROW(static_cast<void>(escape_path("")), Error);
    EXPECT_THROW(static_cast<void>(escape_path("/a/../b")), Error);
}

TEST(UnitName, AcceptsWhatSystemdLoads) {
    for (const auto* name : {"etcd.service", "k8s-node.target", "getty@tty1.service", "a@.service",
                             "a@b@c.service", "dev-disk\\x2dby.device", "run-x.mount"}) {
        EXPECT_TRUE(is_valid_name(name)) << name;
    }
}

TEST(UnitName, RefusesWhatIsNoNameOrCouldLeaveItsDirectory) {
    for (const auto* name :
         {"", "etcd", ".service", "etcd.", "etcd.exe", "a b.service", "../x.service", "a/b.service",
          "@a.service", "a%n.service", "a\n.service", "\xc5\xbc.service"}) {
        EXPECT_FALSE(is_valid_name(name)) << name;
        EXPECT_THROW(static_cast<void>(require_valid_name(name)), Error);
    }
    EXPECT_TRUE(is_valid_name(std::string(247, 'a') + ".service"));
    EXPECT_FALSE(is_valid_name(std::string(248, 'a') + ".service"));
}

/// Both lists of words as systemd-escape prints them.
void expect_as_systemd_escape(const std::vector<std::string>& texts,
                              const std::vector<std::string>& options, auto escaped_by_us) {
    if (!test::has_program("systemd-escape")) {
        GTEST_SKIP() << "systemd-escape is not installed";
    }
    std::vector<std::string> argv{"systemd-escape"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.emplace_back("--");
    argv.insert(argv.end(), texts.begin(), texts.end());
    const auto theirs = split(trim(test::run_program(argv)), ' ');
    ASSERT_EQ(theirs.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        EXPECT_EQ(escaped_by_us(texts[i]), theirs[i]) << testing::PrintToString(texts[i]);
    }
}

TEST(Escape, AgreesWithSystemdEscapeOnAnyBytes) {
    test::RandomStrings random(1);
    std::vector<std::string> texts;
    for (int i = 0; i < 2000; ++i) {
        texts.push_back(random.bytes());
    }
    expect_as_systemd_escape(texts, {}, escape);
}

TEST(EscapePath, AgreesWithSystemdEscapeOnAnyPath) {
    test::RandomStrings random(2);
    std::vector<std::string> paths;
    while (paths.size() < 2000) {
        auto path = '/' + random.bytes() + '/' + random.text();
        if (path.find("..") == std::string::npos) {
            paths.push_back(std::move(path));
        }
    }
    expect_as_systemd_escape(paths, {"--path"}, escape_path);
}

} // namespace
} // namespace k8s_node::unit
