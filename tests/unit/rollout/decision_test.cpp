#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rollout/decision.hpp"
#include "unit/rollout/cluster_model.hpp"

namespace k8s_node::rollout {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Report done(const Wish& wish) {
    return {Progress::done, wish.key(), ""};
}

TEST(Decision, ControlPlanesComeFirstOneAtATime) {
    std::vector nodes{worker("a"), plane("m2"), plane("m1")};
    auto wish = wish_for();
    wish = decide(wish, nodes, test_now).next.value();
    EXPECT_THAT(wish.turns, ElementsAre("m1"));
    const auto waiting = decide(wish, nodes, test_now);
    EXPECT_FALSE(waiting.next);
    EXPECT_EQ(waiting.status, "it is the turn of m1 (has not begun)");
}

TEST(Decision, NoWorkerBeforeEveryControlPlaneRunsTheNewKubelet) {
    auto wish = wish_for();
    std::vector nodes{plane("m1"), plane("m2"), worker("w1")};
    nodes[0].report = nodes[1].report = done(wish);
    nodes[0].kubelet = new_version;
    const auto early = decide(wish, nodes, test_now);
    EXPECT_FALSE(early.next);
    EXPECT_EQ(early.status, "waits for control plane m2, whose kubelet still reports 1.36.3");
    nodes[1].kubelet = new_version;
    EXPECT_THAT(decide(wish, nodes, test_now).next.value().turns, ElementsAre("w1"));
}

TEST(Decision, ANodeThatIsNotReadyHoldsUpAllOthers) {
    std::vector nodes{plane("m1"), worker("w1")};
    nodes[1].not_ready = "KubeletNotReady";
    const auto decision = decide(wish_for(), nodes, test_now);
    EXPECT_FALSE(decision.next);
    EXPECT_EQ(decision.status, "waits for node w1 to be Ready: KubeletNotReady");
}

TEST(Decision, ANodeThatTakesNoPartHoldsUpAllOthers) {
    std::vector nodes{plane("m1"), worker("w1")};
    nodes[1].report.reset();
    const auto decision = decide(wish_for(), nodes, test_now);
    EXPECT_FALSE(decision.next);
    EXPECT_THAT(decision.status, HasSubstr("waits for node w1 to take part"));
}

TEST(Decision, AFailureStopsItWithTheNodesOwnReason) {
    auto wish = wish_for();
    wish.turns = {"m1"};
    std::vector nodes{plane("m1"), plane("m2")};
    nodes[0].report = Report{Progress::failed, wish.key(), "an unknown flag"};
    const auto stopped = decide(wish, nodes, test_now).next.value();
    EXPECT_EQ(stopped.state, State::stopped);
    EXPECT_EQ(stopped.reason, "node m1: an unknown flag");
    EXPECT_THAT(stopped.turns, IsEmpty());
    EXPECT_FALSE(decide(stopped, nodes, test_now).next);
}

TEST(Decision, AFailureOfAnEarlierAttemptDoesNotStopThisOne) {
    auto wish = wish_for();
    std::vector nodes{plane("m1"), plane("m2")};
    nodes[0].report = Report{Progress::failed, wish.id + "@2027-01-14T00:00:00Z", "it was full"};
    nodes[1].report = Report{Progress::done, wish.id + "@2027-01-14T00:00:00Z", ""};
    nodes[1].kubelet = new_version;
    EXPECT_THAT(decide(wish, nodes, test_now).next.value().turns, ElementsAre("m1"));
    EXPECT_TRUE(has_done(nodes[1], wish)) << "what an earlier attempt did counts";
}

TEST(Decision, ATurnOfANodeThatWasRemovedIsOver) {
    auto wish = wish_for();
    wish.turns = {"gone"};
    EXPECT_THAT(decide(wish, {plane("m1")}, test_now).next.value().turns, IsEmpty());
}

TEST(Decision, AfterTheWindowNobodyBegins) {
    auto wish = wish_for();
    wish.until = test_now;
    std::vector nodes{plane("m1"), worker("w1")};
    const auto stopped = decide(wish, nodes, test_now).next.value();
    EXPECT_EQ(stopped.state, State::stopped);
    EXPECT_EQ(stopped.reason, "no turn begins after 2027-01-15T08:00:00Z");
    EXPECT_EQ(decide(wish, nodes, test_now - std::chrono::seconds(1)).next.value().state,
              State::running);
}

TEST(Decision, AfterTheWindowWhoIsInTheMiddleMayEnd) {
    auto wish = wish_for(2);
    wish.until = test_now;
    wish.turns = {"w1"};
    std::vector nodes{worker("w1"), worker("w2")};
    nodes[0].report = Report{Progress::running, wish.key(), ""};
    const auto waiting = decide(wish, nodes, test_now);
    EXPECT_FALSE(waiting.next);
    EXPECT_EQ(waiting.status, "it is the turn of w1");
}

/// Every order of events keeps to the rules, and ends.
TEST(Decision, EveryOrderKeepsToTheRulesAndEnds) {
    for (unsigned seed = 1; seed <= 500; ++seed) {
        const int planes = 1 + static_cast<int>(seed % 5);
        const int at_once = 1 + static_cast<int>(seed % 3);
        ClusterModel cluster(planes, static_cast<int>(seed % 7), seed);
        auto wish = wish_for(at_once);
        while (cluster.step(wish)) {
            ASSERT_LE(cluster.count_running(true), 1) << "seed " << seed;
            ASSERT_LE(cluster.count_running(false), at_once) << "seed " << seed;
            const bool old_planes = std::ranges::any_of(cluster.nodes(), [](const auto& node) {
                return node.is_control_plane && node.kubelet == old_version;
            });
            ASSERT_FALSE(old_planes && cluster.count_running(false) > 0) << "seed " << seed;
        }
        ASSERT_EQ(wish.state, State::done) << "seed " << seed;
        ASSERT_EQ(cluster.begun().size(), cluster.nodes().size()) << "each once, seed " << seed;
    }
}

/// After a failure nobody begins; the same wish, asked for again, goes on and touches nobody twice
/// who was through.
TEST(Decision, AnyNodeThatFailsIsTheLastAndAnotherAttemptGoesOn) {
    for (unsigned seed = 1; seed <= 500; ++seed) {
        ClusterModel cluster(3, 3, seed);
        const auto broken = cluster.nodes()[seed % cluster.nodes().size()].name;
        cluster.break_node(broken);
        auto wish = wish_for();
        while (cluster.step(wish)) {
        }
        ASSERT_EQ(wish.state, State::stopped) << "seed " << seed;
        ASSERT_EQ(wish.reason, "node " + broken + ": an unknown flag") << "seed " << seed;
        ASSERT_EQ(cluster.begun().back(), broken) << "seed " << seed;
        const auto before = cluster.begun().size();
        ClusterModel mended(0, 0, seed);
        mended.nodes() = cluster.nodes();
        auto again = wish_for();
        again.begun = "2027-01-16T08:00:00Z";
        while (mended.step(again)) {
        }
        ASSERT_EQ(again.state, State::done) << "seed " << seed;
        ASSERT_EQ(mended.begun().size(), cluster.nodes().size() - (before - 1)) << "seed " << seed;
    }
}

/// Those that were in the middle when another failed end their turns, and hold up nothing then.
TEST(Decision, AfterAFailureEveryTurnEnds) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        ClusterModel cluster(1, 5, seed);
        cluster.break_node("w" + std::to_string(1 + seed % 5));
        auto wish = wish_for(3);
        while (cluster.step(wish)) {
        }
        ASSERT_EQ(wish.state, State::stopped) << "seed " << seed;
        for (const auto& node : cluster.nodes()) {
            ASSERT_FALSE(is_in_turn(node, wish)) << node.name << ", seed " << seed;
        }
    }
}

} // namespace
} // namespace k8s_node::rollout
