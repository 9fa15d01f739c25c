#include <gtest/gtest.h>

#include "generations/finalize.hpp"
#include "generations/ledger.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;

class Vanishing : public testing::Test {
protected:
    Vanishing() { directory_.write(paths::ledger, "{}"); }
    [[nodiscard]] bool is_there(const char* path) const { return fs::exists(root_.at(path)); }

    test::TemporaryDirectory directory_;
    Root root_{directory_.path()};
};

TEST_F(Vanishing, TakesADirectoryOfOursAlong) {
    finalize(root_, Configuration::ours);
    EXPECT_TRUE(fs::is_empty(root_.at("/etc")));
    finalize(root_, Configuration::ours); // nothing there is no error
}

TEST_F(Vanishing, LeavesADirectoryOfTheOperators) {
    finalize(root_, Configuration::theirs);
    EXPECT_TRUE(fs::is_empty(root_.at("/etc/k8s-node")));
}

TEST_F(Vanishing, LeavesWhatTheOperatorPutIntoOurs) {
    directory_.write("/etc/k8s-node/node.yaml", "profile: single\n");
    finalize(root_, Configuration::ours);
    EXPECT_TRUE(is_there("/etc/k8s-node/node.yaml"));
    EXPECT_FALSE(is_there(paths::state));
    EXPECT_TRUE(unfinalized(root_).empty());
}

TEST_F(Vanishing, IsFinishedByWhoeverComesNext) {
    for (const std::string place : {"/etc/.k8s-node.removed", "/etc/k8s-node/.state.removed"}) {
        directory_.write(place + "/state/ledger.json", "{}");
        EXPECT_EQ(unfinalized(root_), std::vector<fs::path>{root_.at(place)});
        finish_finalizing(root_);
        EXPECT_FALSE(is_there(place.c_str()));
        EXPECT_TRUE(unfinalized(root_).empty());
    }
    EXPECT_TRUE(is_there(paths::ledger)); // that of an install since then
}

} // namespace
} // namespace k8s_node
