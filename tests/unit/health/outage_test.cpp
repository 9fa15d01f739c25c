#include <gtest/gtest.h>

#include "health/outage.hpp"
#include "test_server.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;

class OutageTallyTest : public testing::Test {
protected:
    void see(std::chrono::milliseconds when, bool answered) { tally_.see(start_ + when, answered); }
    [[nodiscard]] Outage sum(std::chrono::milliseconds when) const {
        return tally_.sum(start_ + when);
    }

    OutageTally::Time start_{};
    OutageTally tally_;
};

TEST_F(OutageTallyTest, NoBreakIsNoOutage) {
    see(0ms, true);
    see(100ms, true);
    EXPECT_EQ(sum(200ms).total, 0ms);
    EXPECT_EQ(sum(200ms).breaks, 0U);
}

TEST_F(OutageTallyTest, BreaksLastFromTheFirstNoToTheNextYes) {
    see(0ms, true);
    see(100ms, false);
    see(200ms, false);
    see(400ms, true);
    see(500ms, false);
    see(600ms, true);
    const auto outage = sum(700ms);
    EXPECT_EQ(outage.total, 400ms);
    EXPECT_EQ(outage.longest, 300ms);
    EXPECT_EQ(outage.breaks, 2U);
    EXPECT_TRUE(outage.over);
}

TEST_F(OutageTallyTest, ABreakThatGoesOnCountsUntilNow) {
    see(0ms, true);
    see(100ms, false);
    const auto outage = sum(900ms);
    EXPECT_EQ(outage.total, 800ms);
    EXPECT_EQ(outage.longest, 800ms);
    EXPECT_FALSE(outage.over);
}

TEST(OutageMeter, MeasuresAnEndpointThatNobodyServes) {
    EventLoop loop;
    OutageMeter meter(loop, Probe::parse("unix:///nowhere/at/all.sock"), 1ms);
    const auto outage = meter.stop();
    EXPECT_EQ(outage.breaks, 1U);
    EXPECT_FALSE(outage.over);
}

TEST(OutageMeter, AsksWhileSomethingElseIsWaitedFor) {
    EventLoop loop;
    test::TestServer server;
    OutageMeter meter(loop, Probe::parse(server.url("http://", "/ready-at-third")), 1ms);
    loop.pause_until(EventLoop::Clock::now() + 200ms);
    const auto outage = meter.stop();
    EXPECT_EQ(outage.breaks, 1U);
    EXPECT_TRUE(outage.over);
}

} // namespace
} // namespace k8s_node
