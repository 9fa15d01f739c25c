#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "generators/publish.hpp"
#include "support/error.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::generator {
namespace {

namespace fs = std::filesystem;

TEST(OutputTree, TakesPlacesInItsDirectoryOnly) {
    OutputTree tree;
    for (const auto* path : {"", "/a", "../a", "a/../b", "a/b/c", "a/", "..", ".", "../../a"}) {
        EXPECT_THROW(tree.add(path, File{"x"}), Error) << path;
    }
    EXPECT_TRUE(tree.entries().empty());
}

TEST(OutputTree, RefusesToSayTwoThings) {
    OutputTree tree;
    tree.add("a.service", File{"x"});
    EXPECT_THROW(tree.add("a.service", Symlink{"/y"}), Error);
}

class Publish : public testing::Test {
protected:
    void SetUp() override {
        tree_.add("a.service", Symlink{"/g/a.service"});
        tree_.add("a.service.d/10.conf", File{"[Unit]\n"});
    }

    static std::string content(const fs::path& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    test::TemporaryDirectory temporary_;
    fs::path directory_ = temporary_.path();
    OutputTree tree_;
};

TEST_F(Publish, WritesTheTreeAndIsSatisfiedWithIt) {
    publish(tree_, directory_);
    publish(tree_, directory_);
    EXPECT_EQ(fs::read_symlink(directory_ / "a.service"), "/g/a.service");
    EXPECT_EQ(content(directory_ / "a.service.d/10.conf"), "[Unit]\n");
}

TEST_F(Publish, NeverOverwrites) {
    fs::create_directory(directory_ / "a.service.d");
    std::ofstream(directory_ / "a.service.d/10.conf") << "[Unit]\n# longer";
    EXPECT_THROW(publish(tree_, directory_), Error);
    EXPECT_EQ(content(directory_ / "a.service.d/10.conf"), "[Unit]\n# longer");
}

TEST_F(Publish, DoesNotFollowLinksOutOfItsDirectory) {
    fs::create_directory(directory_ / "elsewhere");
    fs::create_directory_symlink("elsewhere", directory_ / "a.service.d");
    EXPECT_THROW(publish(tree_, directory_), Error);
    EXPECT_TRUE(fs::is_empty(directory_ / "elsewhere"));
}

TEST_F(Publish, DoesNotWriteThroughALinkInAFilesPlace) {
    fs::create_directory(directory_ / "a.service.d");
    fs::create_symlink(directory_ / "victim", directory_ / "a.service.d/10.conf");
    EXPECT_THROW(publish(tree_, directory_), Error);
    EXPECT_FALSE(fs::exists(directory_ / "victim"));
}

TEST_F(Publish, NeedsItsDirectory) {
    EXPECT_THROW(publish(tree_, directory_ / "missing"), Error);
    EXPECT_FALSE(fs::exists(directory_ / "missing"));
}

} // namespace
} // namespace k8s_node::generator
