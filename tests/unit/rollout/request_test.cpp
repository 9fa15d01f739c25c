#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rollout/request.hpp"
#include "support/error.hpp"
#include "unit/rollout/cluster_model.hpp"

namespace k8s_node::rollout {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Request request_for(const std::string& release = "1.37.2") {
    return {release, "release: " + release + "\n", "", 1, {}};
}

TEST(Request, WhatSpeaksAgainstItIsSaidAtOnce) {
    std::vector nodes{plane("m1"), worker("w1"), worker("w2")};
    nodes[1].not_ready = "KubeletNotReady";
    nodes[2].report.reset();
    EXPECT_THAT(objections(request_for("1.38.0"), nodes),
                ElementsAre("node m1 runs 1.36.3: 1.38.0 skips a minor version",
                            "node w1 is not Ready: KubeletNotReady",
                            "node w1 runs 1.36.3: 1.38.0 skips a minor version",
                            HasSubstr("node w2 takes part in no rollouts"),
                            "node w2 runs 1.36.3: 1.38.0 skips a minor version"));
    EXPECT_THAT(objections(request_for("1.35.1"), {plane("m1")}),
                ElementsAre("node m1 runs 1.36.3: 1.35.1 is a minor version downgrade"));
    EXPECT_THROW(static_cast<void>(next_wish(request_for("1.35.1"), {{}, {plane("m1")}}, test_now)),
                 Error);
}

TEST(Request, OneThatRunsOnlyGetsItsNewLimits) {
    const View none{{}, {plane("m1")}};
    auto running = next_wish(request_for(), none, test_now);
    running.turns = {"m1"};
    auto request = request_for();
    request.workers_at_once = 5;
    const auto wish = next_wish(request, {running, none.nodes}, test_now + std::chrono::hours(1));
    EXPECT_EQ(wish.key(), running.key());
    EXPECT_EQ(wish.turns, running.turns);
    EXPECT_EQ(wish.workers_at_once, 5);
}

TEST(Request, AnotherConfigurationIsAnotherWish) {
    auto request = request_for("1.36.3");
    const auto before = next_wish(request, {{}, {plane("m1")}}, test_now);
    request.configuration = "settings: {kubelet: {max_pods: 60}}\n";
    const auto wish = next_wish(request, {{}, {plane("m1")}}, test_now);
    EXPECT_NE(wish.id, before.id);
    EXPECT_EQ(wish.configuration, request.configuration);
}

TEST(Request, OneThatWasStoppedIsAnotherAttempt) {
    auto stopped = next_wish(request_for(), {{}, {plane("m1")}}, test_now);
    stopped.state = State::stopped;
    stopped.reason = "node m1: full";
    const auto wish =
        next_wish(request_for(), {stopped, {plane("m1")}}, test_now + std::chrono::hours(1));
    EXPECT_EQ(wish.id, stopped.id);
    EXPECT_NE(wish.key(), stopped.key());
    EXPECT_EQ(wish.state, State::running);
    EXPECT_EQ(wish.reason, "");
}

TEST(Request, AnotherOneWaitsForTheNodeInTheMiddle) {
    auto running = next_wish(request_for(), {{}, {plane("m1")}}, test_now);
    View view{running, {plane("m1")}};
    view.nodes[0].report = Report{Progress::running, running.key(), ""};
    try {
        static_cast<void>(next_wish(request_for("1.37.3"), view, test_now));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::busy);
        EXPECT_THAT(error.message(), HasSubstr("node m1 is in the middle of its turn"));
        EXPECT_THAT(error.hint(), HasSubstr("k8s-node-install node remove m1"));
    }
}

TEST(Request, ANodeThatVanishedInItsTurnIsNamedWithWhatFreesTheRollout) {
    auto running = next_wish(request_for(), {{}, {plane("m1")}}, test_now);
    running.turns = {"w1"};
    View view{running, {plane("m1"), worker("w1"), worker("w2")}};
    view.nodes[1].report = Report{Progress::running, running.key(), ""};
    EXPECT_THAT(status_text(view, test_now), testing::Not(HasSubstr("gone for good")));
    view.nodes[1].not_ready = "NodeStatusUnknown";
    view.nodes[1].not_ready_since = "2027-01-15T07:00:00Z";
    view.nodes[2].not_ready = "it has a turn of its own later";
    EXPECT_THAT(status_text(view, test_now),
                testing::EndsWith("\nnode w1 is in its turn and not Ready since "
                                  "2027-01-15T07:00:00Z; no other one begins until it is back and "
                                  "has ended it. If it is gone for good: k8s-node-install node "
                                  "remove w1\n"));
    view.nodes.erase(view.nodes.begin() + 1); // removed
    view.nodes[1].not_ready.clear();
    EXPECT_THAT(progress_text(view, test_now), HasSubstr("node w1 is no longer in the cluster"));
}

TEST(Request, TheStatusNamesEachNode) {
    auto wish = next_wish(request_for(), {{}, {plane("m1")}}, test_now);
    View view{wish, {plane("m1"), worker("w1")}};
    view.nodes[0].report = Report{Progress::done, wish.key(), ""};
    view.nodes[0].kubelet = new_version;
    const auto text = status_text(view, test_now);
    EXPECT_THAT(text, HasSubstr("Kubernetes 1.37.2, asked for 2027-01-15T08:00:00Z"));
    EXPECT_THAT(text, HasSubstr("State       it is the turn of node w1"));
    EXPECT_THAT(text, testing::ContainsRegex("m1 +control plane +1.37.2 +yes +done"));
    EXPECT_THAT(text, testing::ContainsRegex("w1 +worker +1.36.3 +yes +not yet"));
    view.wish->turns = {"w1"};
    EXPECT_THAT(status_text(view, test_now), testing::ContainsRegex("w1 +worker .* its turn"));
}

TEST(Request, TheStatusGivesTheReasonOfAFailureOnce) {
    auto wish = next_wish(request_for(), {{}, {plane("m1")}}, test_now);
    wish.state = State::stopped;
    wish.reason = "node m1: it broke";
    View view{wish, {plane("m1")}};
    view.nodes[0].report = Report{Progress::failed, wish.key(), "it broke"};
    const auto text = status_text(view, test_now);
    EXPECT_THAT(text, HasSubstr("State       stopped: node m1: it broke"));
    EXPECT_THAT(text, testing::ContainsRegex("m1 +control plane .* failed\n"));
}

} // namespace
} // namespace k8s_node::rollout
