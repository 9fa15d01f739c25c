#include <gtest/gtest.h>

#include "systemd/failure_watch.hpp"

namespace k8s_node {
namespace {

UnitState state(const char* active, const char* sub, unsigned restarts, std::uint64_t job = 0) {
    UnitState state;
    state.active = active;
    state.sub = sub;
    state.restarts = restarts;
    state.job = job;
    return state;
}

const auto running = [](unsigned restarts) { return state("active", "running", restarts); };
const auto between = [](unsigned restarts) {
    return state("activating", "auto-restart", restarts);
};

TEST(FailureCounts, OneAccidentOrTwoAreNone) {
    FailureCount count;
    EXPECT_FALSE(count.see(running(0)));
    EXPECT_FALSE(count.see(between(0)));
    EXPECT_FALSE(count.see(running(1)));
    EXPECT_FALSE(count.see(between(1)));
    EXPECT_FALSE(count.see(running(2)));
    EXPECT_TRUE(count.see(between(2)));
    EXPECT_EQ(count.failures(), 3U);
}

TEST(FailureCounts, WhatWasBeforeDoesNotCount) {
    FailureCount count;
    EXPECT_FALSE(count.see(between(70)));
    EXPECT_FALSE(count.see(running(71)));
    EXPECT_FALSE(count.see(between(71)));
    FailureCount failed;
    EXPECT_FALSE(failed.see(state("failed", "failed", 0)));
}

TEST(FailureCounts, AStartThatIsOnlyQueuedIsNoFailure) {
    FailureCount count;
    EXPECT_FALSE(count.see(running(0)));
    EXPECT_FALSE(count.see(between(1)));
    EXPECT_FALSE(count.see(state("activating", "auto-restart", 2, 12)));
    EXPECT_EQ(count.failures(), 2U);
    EXPECT_TRUE(count.see(between(2)));
}

TEST(FailureCounts, AStartByHandBeginsAnew) {
    FailureCount count;
    EXPECT_FALSE(count.see(running(7)));
    EXPECT_FALSE(count.see(running(0)));
    EXPECT_FALSE(count.see(between(1)));
    EXPECT_TRUE(count.see(between(2)));
}

TEST(FailureCounts, FailedForGoodIsOnceEnoughUnlessAJobFollows) {
    FailureCount count;
    EXPECT_FALSE(count.see(running(0)));
    EXPECT_FALSE(count.see(state("failed", "failed", 0, 12)));
    EXPECT_FALSE(count.see(running(0)));
    EXPECT_TRUE(count.see(state("failed", "failed", 0)));
    EXPECT_EQ(count.failures(), 1U);
}

} // namespace
} // namespace k8s_node
