#include <gtest/gtest.h>

#include "rollout/turn.hpp"
#include "support/error.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::rollout {
namespace {

class TurnTest : public testing::Test {
protected:
    void SetUp() override {
        make_directories(root.at("/etc/k8s-node/node.d"));
        make_directories(root.at("/var/lib/k8s-node-rollout"));
    }
    [[nodiscard]] std::optional<std::string> text(const std::string& path) const {
        return read_file_if_exists(root.at(path));
    }

    test::TemporaryDirectory directory;
    Root root{directory.path()};
    const Turn turn{"abc@now", "1.37.2", "release: 1.37.2\n",
                    "settings: {kubelet: {max_pods: 60}}\n"};
    const std::string release = "/etc/k8s-node/releases/1.37.2.yaml";
};

TEST_F(TurnTest, IsReadAsItWasWritten) {
    EXPECT_FALSE(read_turn(root));
    write_turn(root, turn);
    EXPECT_EQ(read_turn(root), turn);
}

TEST_F(TurnTest, ADamagedFileIsAnErrorAndNoTurn) {
    write_file_atomically(root.at(paths::turn), "{", {0644, ::geteuid(), ::getegid()});
    EXPECT_THROW(static_cast<void>(read_turn(root)), Error);
}

TEST_F(TurnTest, ItsReleaseBecomesTheConfiguredOne) {
    place_configuration(root, turn);
    EXPECT_EQ(text(release), turn.release_text);
    EXPECT_NE(text(paths::drop_in).value().find("release: \"1.37.2\"\n"), std::string::npos);
    EXPECT_EQ(text(paths::layer), turn.configuration);
}

TEST_F(TurnTest, WithoutALayerTheFormerOneStays) {
    place_configuration(root, turn);
    end_turn(root, {Progress::done, turn.key, ""});
    auto next = turn;
    next.configuration.clear();
    place_configuration(root, next);
    EXPECT_EQ(text(paths::layer), turn.configuration);
}

TEST_F(TurnTest, AFailureLeavesTheConfigurationAsItWas) {
    write_file_atomically(root.at(paths::drop_in), "release: \"1.36.3\"\n",
                          {0644, ::geteuid(), ::getegid()});
    place_configuration(root, turn);
    place_configuration(root, turn); // after a kill
    restore_configuration(root);
    EXPECT_EQ(text(paths::drop_in), "release: \"1.36.3\"\n");
    EXPECT_FALSE(text(release));
    EXPECT_FALSE(text(paths::layer));
}

TEST_F(TurnTest, ItEndsWithItsResult) {
    write_turn(root, turn);
    place_configuration(root, turn);
    end_turn(root, {Progress::failed, turn.key, "an unknown flag"});
    EXPECT_FALSE(read_turn(root));
    EXPECT_EQ(read_result(root), (Report{Progress::failed, turn.key, "an unknown flag"}));
    EXPECT_FALSE(text(paths::former)) << "the next turn has its own";
}

} // namespace
} // namespace k8s_node::rollout
