#include <fcntl.h>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
protected:
    [[nodiscard]] fs::path at(const std::string& name) const { return directory_.path() / name; }
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator()));
    }
    FileAttributes attributes_{0640, ::geteuid(), ::getegid()};

private:
    test::TemporaryDirectory directory_;
};

TEST_F(Files, AreReplacedWholeWithTheirAttributes) {
    write_file_atomically(at("f"), "old", {0600, ::geteuid(), ::getegid()});
    const UniqueFd reader(::open(at("f").c_str(), O_RDONLY | O_CLOEXEC));
    write_file_atomically(at("f"), "new", attributes_);
    EXPECT_EQ(read_file(at("f")), "new");
    EXPECT_EQ(attributes_of(at("f")), attributes_);
    char text[4] = {};
    EXPECT_EQ(::read(reader.get(), text, 3), 3);
    EXPECT_STREQ(text, "old") << "a reader of the old file keeps it";
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, KeepTheirModeWhateverTheUmask) {
    const auto old = ::umask(0777);
    write_file_atomically(at("f"), "x", {0644, ::geteuid(), ::getegid()});
    make_directories(at("d/e"), 0755);
    ::umask(old);
    EXPECT_EQ(attributes_of(at("f"))->mode, 0644U);
    EXPECT_EQ(attributes_of(at("d"))->mode, 0755U);
    EXPECT_EQ(attributes_of(at("d/e"))->mode, 0755U);
}

TEST_F(Files, AFailedWriteLeavesNothingBehind) {
    fs::create_directory(at("d"));
    EXPECT_THROW(write_file_atomically(at("d"), "x", attributes_), Error);
    EXPECT_THROW(write_file_atomically(at("missing/f"), "x", attributes_), Error);
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, AreReplacedNotFollowedWhenTheyAreLinks) {
    write_file_atomically(at("target"), "kept", attributes_);
    fs::create_symlink("target", at("link"));
    write_file_atomically(at("link"), "new", attributes_);
    EXPECT_EQ(read_file(at("target")), "kept");
    EXPECT_FALSE(fs::is_symlink(at("link")));
}

TEST_F(Files, CreationNeverReplaces) {
    EXPECT_TRUE(create_file_atomically(at("f"), "first", attributes_));
    EXPECT_FALSE(create_file_atomically(at("f"), "second", attributes_));
    EXPECT_EQ(read_file(at("f")), "first");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, WhatAKilledWriterLeftMakesRoom) {
    for (const auto* left : {".f.k8s-node.0", ".g.k8s-node.0", ".link.k8s-node.0"}) {
        write_file_atomically(at(left), "half", {0600, attributes_.uid, attributes_.gid});
    }
    write_file_atomically(at("f"), "whole", attributes_);
    EXPECT_TRUE(create_file_atomically(at("g"), "whole", attributes_));
    replace_symlink("f", at("link"));
    EXPECT_EQ(read_file(at("f")), "whole");
    EXPECT_EQ(read_file(at("g")), "whole");
    EXPECT_EQ(read_file(at("link")), "whole");
    EXPECT_EQ(entries(), 3U);
}

TEST_F(Files, MissingOnesAreToldFromUnreadableOnes) {
    EXPECT_EQ(read_file_if_exists(at("no")), std::nullopt);
    EXPECT_EQ(read_file_if_exists(at("no/such")), std::nullopt);
    write_file_atomically(at("f"), "", attributes_);
    EXPECT_EQ(read_file_if_exists(at("f/below")), std::nullopt);
    EXPECT_EQ(read_file_if_exists(at("f")), "");
    EXPECT_THROW(static_cast<void>(read_file_if_exists(at("."))), Error);
    try {
        static_cast<void>(read_file(at("no")));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "open " + at("no").string() + ": No such file or directory");
    }
}

TEST_F(Files, AttributesAreThoseOfALinkItself) {
    fs::create_symlink("nowhere", at("link"));
    EXPECT_TRUE(attributes_of(at("link")));
    EXPECT_FALSE(attributes_of(at("nowhere")));
}

TEST_F(Files, SymbolicLinksChangeTheirTargetInOneStep) {
    replace_symlink("one", at("link"));
    replace_symlink("two", at("link"));
    EXPECT_EQ(fs::read_symlink(at("link")), "two");
    EXPECT_EQ(entries(), 1U);
    fs::create_directory(at("d"));
    EXPECT_THROW(replace_symlink("x", at("d")), Error);
    EXPECT_EQ(entries(), 2U);
}

TEST_F(Files, DirectoriesAppearWholeOrNotAtAll) {
    make_directories(at("staging"));
    write_file_atomically(at("staging/f"), "x", attributes_);
    EXPECT_TRUE(publish_directory(at("staging"), at("final")));
    EXPECT_EQ(read_file(at("final/f")), "x");
    make_directories(at("again"));
    EXPECT_FALSE(publish_directory(at("again"), at("final")));
    EXPECT_TRUE(fs::exists(at("again")));
}

TEST_F(Files, ADirectoryCannotStandInAFilesPlace) {
    write_file_atomically(at("f"), "", attributes_);
    EXPECT_THROW(make_directories(at("f")), Error);
    EXPECT_THROW(make_directories(at("f/d")), Error);
}

TEST_F(Files, ASecretDirectoryDoesNotCloseWhatLeadsToIt) {
    make_directories(at("etc/node/state"), 0700);
    EXPECT_EQ(attributes_of(at("etc"))->mode, 0755U);
    EXPECT_EQ(attributes_of(at("etc/node"))->mode, 0755U);
    EXPECT_EQ(attributes_of(at("etc/node/state"))->mode, 0700U);
}

TEST_F(Files, WhatADeadWriterLeftIsRemovedAndNothingElse) {
    for (const auto* name : {".ca.key.k8s-node.4711", ".x.k8s-node.", ".k8s-node.1", "ca.key",
                             "y.k8s-node.12", ".z.k8s-node.12a"}) {
        write_file_atomically(at(name), "", attributes_);
    }
    EXPECT_EQ(remove_abandoned(at("")).size(), 1U);
    EXPECT_FALSE(fs::exists(at(".ca.key.k8s-node.4711")));
    EXPECT_TRUE(fs::exists(at("ca.key")));
    EXPECT_TRUE(fs::exists(at(".z.k8s-node.12a")));
    EXPECT_TRUE(remove_abandoned(at("nowhere")).empty());
}

TEST(Roots, HoldAbsolutePaths) {
    EXPECT_EQ(Root("/r").at("/etc/x"), "/r/etc/x");
    EXPECT_EQ(Root().at("/etc/x"), "/etc/x");
    EXPECT_TRUE(Root().is_host());
    EXPECT_FALSE(Root("/r").is_host());
}

TEST_F(Files, WhatCannotBeListedIsNotEmpty) {
    EXPECT_THAT(directory_entries(at("nothing")), testing::IsEmpty());
    EXPECT_THAT(directory_entries("/proc/self/fd/0/x"), testing::IsEmpty());
    // More symbolic links than the kernel follows: an error, not a missing directory.
    fs::create_symlink("loop", at("loop"));
    EXPECT_THROW(static_cast<void>(directory_entries(at("loop"))), Error);
}

} // namespace
} // namespace k8s_node
