#include <gtest/gtest.h>

#include "model/tree.hpp"

namespace k8s_node {
namespace {

Tree text(const char* value, bool quoted = false) {
    return Tree::scalar(value, quoted, {});
}

Tree map(std::vector<Tree::Entry> entries) {
    auto tree = Tree::map({});
    tree.entries() = std::move(entries);
    return tree;
}

TEST(Trees, KeepTheTypeOpenUntilAsked) {
    EXPECT_EQ(text("5").as_integer(), 5);
    EXPECT_EQ(text("5", true).as_integer(), std::nullopt);
    EXPECT_EQ(text("true").as_bool(), true);
    EXPECT_EQ(text("true", true).as_bool(), std::nullopt);
    EXPECT_EQ(text("yes").as_bool(), std::nullopt);
    EXPECT_EQ(Tree::list({}).as_integer(), std::nullopt);
}

TEST(Trees, AreDescribedForMessages) {
    EXPECT_EQ(Tree().describe(), "nothing");
    EXPECT_EQ(Tree::list({}).describe(), "a list");
    EXPECT_EQ(Tree::map({}).describe(), "a map");
    EXPECT_EQ(text("x").describe(), "'x'");
}

TEST(Merge, GoesIntoMapsAndReplacesTheRest) {
    auto tree = map(
        {{"a", {}, map({{"x", {}, text("1")}, {"y", {}, text("2")}})}, {"l", {}, Tree::list({})}});
    auto list = Tree::list({});
    list.items().push_back(text("new"));
    tree.merge(
        map({{"a", {}, map({{"y", {}, text("3")}, {"z", {}, text("4")}})}, {"l", {}, list}}));
    EXPECT_EQ(tree.find("a")->find("x")->text(), "1");
    EXPECT_EQ(tree.find("a")->find("y")->text(), "3");
    EXPECT_EQ(tree.find("a")->find("z")->text(), "4");
    EXPECT_EQ(tree.find("l")->items().size(), 1U);
}

TEST(Merge, NothingDeletes) {
    auto tree = map({{"a", {}, text("1")}, {"b", {}, text("2")}});
    tree.merge(map({{"a", {}, Tree()}, {"never", {}, Tree()}}));
    EXPECT_EQ(tree.entries().size(), 1U);
    EXPECT_EQ(tree.entries()[0].key, "b");
}

TEST(Merge, NothingStaysBehindInWhatIsNew) {
    auto tree = map({{"scalar", {}, text("1")}});
    const auto over = map({{"x", {}, Tree()}, {"y", {}, text("2")}});
    tree.merge(map({{"new", {}, over}, {"scalar", {}, over}}));
    EXPECT_EQ(tree.find("new")->entries().size(), 1U);
    EXPECT_EQ(tree.find("scalar")->entries().size(), 1U);
    EXPECT_EQ(tree.find("scalar")->find("y")->text(), "2");
}

TEST(Merge, KeepsWhereEachValueIsWritten) {
    const auto source = std::make_shared<const SourceText>(SourceText{"drop-in", "over.yaml", ""});
    auto tree = map({{"a", {}, text("1")}});
    tree.merge(map({{"a", {}, Tree::scalar("2", false, {source, 4, 5})}}));
    EXPECT_EQ(tree.find("a")->at().text(), "over.yaml:4:5");
    EXPECT_EQ(tree.find("a")->at().layer(), "drop-in");
}

} // namespace
} // namespace k8s_node
