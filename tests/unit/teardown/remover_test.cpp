#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "support/error.hpp"
#include "teardown/remover.hpp"
#include "unit/support/interrupted_child.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::teardown {
namespace {

namespace fs = std::filesystem;

class Remover : public ::testing::Test {
protected:
    fs::path file(const std::string& name) {
        const auto path = directory_.path() / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << "x";
        return path;
    }
    test::TemporaryDirectory directory_;
    fs::path tree_ = directory_.path() / "tree";
};

TEST_F(Remover, LinksAreRemovedNotFollowed) {
    const auto precious = file("precious/file");
    file("tree/a/b");
    fs::create_directory_symlink(precious.parent_path(), tree_ / "a/link");
    fs::create_symlink(precious, tree_ / "to-file");
    remove_tree(tree_, Top::remove);
    EXPECT_FALSE(fs::exists(tree_));
    EXPECT_TRUE(fs::exists(precious));
}

TEST_F(Remover, ASignalEndsItAndTheNextRunRemovesTheRest) {
    const auto left = file("tree/a/b");
    test::expect_interrupted([&] { remove_tree(tree_, Top::remove); });
    EXPECT_TRUE(fs::exists(left));
    remove_tree(tree_, Top::remove);
    EXPECT_FALSE(fs::exists(tree_));
}

TEST_F(Remover, ATopThatIsALinkIsItselfRemoved) {
    const auto precious = file("precious/file");
    fs::create_directory_symlink(precious.parent_path(), tree_);
    remove_tree(tree_, Top::remove);
    EXPECT_FALSE(fs::exists(fs::symlink_status(tree_)));
    EXPECT_TRUE(fs::exists(precious));
}

TEST_F(Remover, ATopThatStaysIsEmptied) {
    file("tree/a/b");
    remove_tree(tree_, Top::keep);
    EXPECT_TRUE(fs::is_directory(tree_));
    EXPECT_TRUE(fs::is_empty(tree_));
}

TEST_F(Remover, WhatIsKeptKeepsItsParents) {
    file("tree/a/b");
    const auto kept = file("tree/c/keep/me");
    file("tree/c/other");
    remove_tree(tree_, Top::remove, {(tree_ / "c/keep").string()});
    EXPECT_TRUE(fs::exists(kept));
    EXPECT_FALSE(fs::exists(tree_ / "a"));
    EXPECT_FALSE(fs::exists(tree_ / "c/other"));
}

TEST_F(Remover, ATreeDeeperThanDescriptorsGoToo) {
    fs::create_directories(tree_);
    int at = ::open(tree_.c_str(), O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 1500; ++i) {
        ASSERT_EQ(::mkdirat(at, "deeper", 0755), 0);
        const int next = ::openat(at, "deeper", O_RDONLY | O_DIRECTORY);
        ::close(at);
        at = next;
    }
    ::close(at);
    remove_tree(tree_, Top::remove);
    EXPECT_FALSE(fs::exists(tree_));
}

TEST_F(Remover, NothingThereIsNoError) {
    remove_tree(tree_ / "never/was", Top::remove);
    remove_if_empty(tree_);
    EXPECT_TRUE(matching_paths((tree_ / "x-*").string()).empty());
}

TEST_F(Remover, ADirectoryWithSomethingInItStays) {
    const auto precious = file("tree/a");
    remove_if_empty(tree_);
    EXPECT_TRUE(fs::exists(precious));
    fs::remove(precious);
    remove_if_empty(tree_);
    EXPECT_FALSE(fs::exists(tree_));
}

TEST_F(Remover, ADirectoryThatCannotGoIsAnError) {
    EXPECT_THROW(remove_if_empty("/proc/1"), Error); // whoever asks, root or not
}

TEST_F(Remover, PatternsMatchTheLastPart) {
    file("tree/k8s-node-1");
    file("tree/k8s-node-2/x");
    file("tree/podman-1");
    EXPECT_EQ(matching_paths((tree_ / "k8s-node-*").string()),
              (std::vector<fs::path>{tree_ / "k8s-node-1", tree_ / "k8s-node-2"}));
}

} // namespace
} // namespace k8s_node::teardown
