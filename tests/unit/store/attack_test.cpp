// Archives that no honest release has: refused by name, nothing published.
#include <array>
#include <cstdio>

#include <gmock/gmock.h>

#include "archive/member_policy.hpp"
#include "test_artifacts.hpp"

namespace k8s_node::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t block = 512;

/// A tar header as an attacker writes it, field by field.
class RawHeader {
public:
    RawHeader(const std::string& name, char type, std::size_t size, unsigned mode = 0755) {
        put(0, name);
        put(100, octal(mode, 7));
        put(108, "0000000");
        put(116, "0000000");
        put(124, octal(size, 11));
        put(136, "00000000000");
        bytes_[156] = type;
        put(257, type == 'S' ? std::string("ustar  ") : std::string("ustar\00000", 8));
    }
    RawHeader& put(std::size_t at, const std::string& text) {
        bytes_.replace(at, text.size(), text);
        return *this;
    }
    [[nodiscard]] std::string text() {
        put(148, "        ");
        unsigned sum = 0;
        for (const char each : bytes_) {
            sum += static_cast<unsigned char>(each);
        }
        put(148, octal(sum, 6) + std::string("\0 ", 2));
        return bytes_;
    }
    static std::string octal(std::size_t value, int digits) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%0*zo", digits, value);
        return text.data();
    }

private:
    std::string bytes_ = std::string(block, '\0');
};

std::string padded(std::string content) {
    content.resize((content.size() + block - 1) / block * block);
    return content;
}

std::string raw_file(const std::string& name, const std::string& content, unsigned mode = 0755) {
    return RawHeader(name, '0', content.size(), mode).text() + padded(content);
}

std::string raw_link(const std::string& name, char type, const std::string& target) {
    return RawHeader(name, type, 0, 0777).put(157, target).text();
}

/// Old GNU: a map of pieces in the header, the size that it unpacks to beside.
std::string raw_sparse(const std::string& name, const std::string& stored, std::size_t real_size,
                       const std::vector<std::pair<std::size_t, std::size_t>>& map) {
    RawHeader header(name, 'S', stored.size());
    std::size_t at = 386;
    for (const auto& [offset, size] : map) {
        header.put(at, RawHeader::octal(offset, 11)).put(at + 12, RawHeader::octal(size, 11));
        at += 24;
    }
    return header.put(483, RawHeader::octal(real_size, 11)).text() + padded(stored);
}

std::string pax_record(const std::string& key, const std::string& value) {
    const auto rest = " " + key + "=" + value + "\n";
    auto size = rest.size() + 2;
    size = rest.size() + std::to_string(size).size();
    return std::to_string(size) + rest;
}

class AttackTest : public StoreTest {
protected:
    Artifact offer_raw(std::string tar) {
        auto artifact = offer("tools.tar", tar + std::string(2 * block, '\0'));
        artifact.file.clear();
        artifact.members = {{"bin/tool", "bin/tool"}};
        return artifact;
    }
    /// The error of fetching bin/tool out of it.
    std::string refusal(const std::string& tar) {
        const auto error = fetch_error(offer_raw(tar));
        EXPECT_EQ(error.status(), ExitStatus::verification) << error.message();
        return error.message();
    }
    const std::string tool_ = raw_file("bin/tool", "#!tool");
};

TEST_F(AttackTest, SpecialFilesBesideTheWantedOneAreRefused) {
    for (const auto& [type, what] : {std::pair{'3', "device node"}, std::pair{'4', "device node"},
                                     std::pair{'6', "named pipe"}}) {
        EXPECT_THAT(refusal(tool_ + RawHeader("dev/x", type, 0).text()),
                    HasSubstr("'dev/x' is a " + std::string(what)));
    }
}

TEST_F(AttackTest, RightsOfItsOwnAreRefusedForAnyFile) {
    for (const unsigned mode : {04755U, 02755U}) {
        EXPECT_THAT(refusal(tool_ + raw_file("bin/su", "x", mode)),
                    HasSubstr("'bin/su' is setuid or setgid"));
        EXPECT_THAT(refusal(raw_file("bin/tool", "x", mode)),
                    HasSubstr("'bin/tool' is setuid or setgid"));
    }
    fetch(offer_raw(RawHeader("bin/", '5', 0, 02755).text() + tool_)); // a group's directory
}

TEST_F(AttackTest, LinksThatLeaveTheArchiveAreRefused) {
    EXPECT_THAT(refusal(tool_ + raw_link("doc", '2', "/etc")),
                HasSubstr("'doc' is a symbolic link to '/etc', which is outside the archive"));
    EXPECT_THAT(refusal(tool_ + raw_link("a/b", '2', "../../../etc/passwd")),
                HasSubstr("'a/b' is a symbolic link to '../../../etc/passwd'"));
    EXPECT_THAT(
        refusal(tool_ + raw_link("shadow", '1', "/etc/shadow")),
        HasSubstr("'shadow' is a hard link to '/etc/shadow', which is outside the archive"));
    EXPECT_THAT(refusal(tool_ + raw_link("a/b", '1', "../etc/shadow")),
                HasSubstr("'a/b' is a hard link to '../etc/shadow'"));
}

TEST_F(AttackTest, NothingLiesBelowALinkOrInItsPlace) {
    EXPECT_THAT(refusal(raw_link("bin", '2', "share") + tool_),
                HasSubstr("'bin/tool' is below 'bin', which is a link"));
    EXPECT_THAT(refusal(tool_ + raw_link("a", '2', "b") + raw_file("a/b/c", "x")),
                HasSubstr("'a/b/c' is below 'a', which is a link"));
    EXPECT_THAT(refusal(raw_link("bin/tool", '2', "other") + tool_), HasSubstr("symbolic link"));
    EXPECT_THAT(refusal(tool_ + raw_link("x", '2', "bin") + raw_file("x", "x")),
                HasSubstr("'x' replaces an earlier link"));
}

TEST_F(AttackTest, LinksInsideOfTheArchiveAreHarmless) {
    const auto artifact =
        offer_raw(tool_ + raw_link("bin/alias", '2', "tool") +
                  raw_link("doc/tool", '2', "../bin/tool") + raw_link("copy", '1', "bin/tool"));
    fetch(artifact);
    EXPECT_EQ(content(artifact, "bin/tool"), "#!tool");
}

TEST(StaysInside, CountsWhatIsAboveTheLink) {
    EXPECT_TRUE(stays_inside("a/b/link", "../../x"));
    EXPECT_TRUE(stays_inside("link", "./x//y"));
    EXPECT_TRUE(stays_inside("a/link", ".."));
    EXPECT_FALSE(stays_inside("link", ".."));
    EXPECT_FALSE(stays_inside("a/link", "../.."));
    EXPECT_FALSE(stays_inside("a/link", "x/..")); // x may be a link
    EXPECT_FALSE(stays_inside("a/link", "/a/link"));
}

TEST_F(AttackTest, SparsePiecesMustNotOverlap) {
    const std::string stored(3 * block, 'x');
    EXPECT_THAT(
        refusal(raw_sparse("bin/tool", stored, block, {{0, block}, {0, block}, {0, block}})),
        HasSubstr("'bin/tool' "));
    EXPECT_THAT(refusal(raw_sparse("bin/tool", stored, block, {{0, 3 * block}})),
                HasSubstr("'bin/tool' "));
}

TEST_F(AttackTest, SparsePiecesDoNotBeginBeforeTheirFile) {
    const auto records = pax_record("GNU.sparse.size", "10") +
                         pax_record("GNU.sparse.numblocks", "1") +
                         pax_record("GNU.sparse.map", "-100,5");
    const auto pax = RawHeader("pax", 'x', records.size()).text() + padded(records);
    EXPECT_NE(refusal(pax + raw_file("bin/tool", "12345")), "");
}

TEST_F(AttackTest, WhatReallyComesOutIsBounded) {
    options.limits.total_bytes = std::uint64_t{2} << 20U;
    const std::string stored(std::size_t{6} << 20U, '\0');
    const auto records = pax_record("SCHILY.realsize", "1");
    const auto pax = RawHeader("pax", 'x', records.size()).text() + padded(records);
    for (const auto& bomb :
         {raw_sparse("bomb", stored, 1, {{0, stored.size()}}), pax + raw_file("bomb", stored)}) {
        EXPECT_THAT(refusal(tool_ + bomb), HasSubstr("expands to more than the allowed 2.0 MiB"));
    }
    EXPECT_THAT(refusal(pax + raw_file("bin/tool", stored)), HasSubstr("'bin/tool' is longer"));
}

} // namespace
} // namespace k8s_node::testing
