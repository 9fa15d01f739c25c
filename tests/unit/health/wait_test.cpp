#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "health/wait.hpp"
#include "support/error.hpp"
#include "test_server.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// Gives the answers in turn, and the last one for ever.
class ScriptedProber : public AsyncProber {
public:
    ScriptedProber(EventLoop& loop, std::deque<Attempt> answers)
        : AsyncProber(loop), answers_(std::move(answers)) {}
    std::vector<std::chrono::milliseconds> timeouts;

protected:
    void ask(std::chrono::milliseconds timeout) override {
        timeouts.push_back(timeout);
        reply(answers_.front());
        if (answers_.size() > 1) {
            answers_.pop_front();
        }
    }

private:
    std::deque<Attempt> answers_;
};

const Probe probe = Probe::parse("https://127.0.0.1:6443/readyz");

TEST(Wait, PausesGrowToABoundThatIsHigherLater) {
    std::vector<long> pauses;
    for (auto pause = next_pause(0ms, 0s); pauses.size() < 4; pause = next_pause(pause, 1s)) {
        pauses.push_back(pause.count());
    }
    EXPECT_THAT(pauses, ElementsAre(20, 40, 50, 50));
    pauses.clear();
    for (auto pause = next_pause(50ms, 10s); pauses.size() < 4; pause = next_pause(pause, 11s)) {
        pauses.push_back(pause.count());
    }
    EXPECT_THAT(pauses, ElementsAre(100, 200, 250, 250));
}

TEST(Wait, EveryNewReasonIsReportedOnce) {
    EventLoop loop;
    ScriptedProber prober(
        loop, {{false, "refused"}, {false, "refused"}, {false, "HTTP 500"}, {true, ""}});
    std::vector<std::string> reasons;
    const auto status = wait_until_ready(
        loop, prober, probe, 10s, [&](const WaitStatus& news) { reasons.push_back(news.reason); });
    EXPECT_THAT(reasons, ElementsAre("refused", "HTTP 500"));
    EXPECT_EQ(status.attempts, 4U);
    EXPECT_EQ(status.reason, "");
}

TEST(Wait, AtTheDeadlineSaysWhyForHowLongAndHowOften) {
    EventLoop loop;
    ScriptedProber prober(loop, {{false, "connection refused"}});
    try {
        wait_until_ready(loop, prober, probe, 400ms, nullptr);
        FAIL() << "did not throw";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::not_ready);
        EXPECT_THAT(error.message(),
                    testing::MatchesRegex("GET https://127.0.0.1:6443/readyz: not ready after "
                                          "0.[0-9] s and [0-9]+ attempts: connection refused"));
        EXPECT_THAT(error.hint(), testing::HasSubstr("k8s-node-install probe https://127.0.0.1"));
    }
    EXPECT_GE(prober.timeouts.size(), 3U);
}

TEST(Wait, NoAttemptOutlivesTheDeadline) {
    EventLoop loop;
    ScriptedProber prober(loop, {{false, "no"}});
    EXPECT_THROW(wait_until_ready(loop, prober, probe, 400ms, nullptr), Error);
    auto before = 401ms;
    for (const auto timeout : prober.timeouts) {
        EXPECT_LT(timeout, before);
        EXPECT_GE(timeout, 100ms);
        before = timeout;
    }
}

TEST(Wait, AsksOnceEvenWithoutTime) {
    EventLoop loop;
    ScriptedProber prober(loop, {{true, ""}});
    EXPECT_EQ(wait_until_ready(loop, prober, probe, 0ms, nullptr).attempts, 1U);
}

TEST(Wait, AnExceptionOfAnotherCallbackEndsIt) {
    EventLoop loop;
    ScriptedProber prober(loop, {{false, "no"}});
    const auto other = loop.after(1ms, [] { throw Error("the service has ended"); });
    EXPECT_THROW(wait_until_ready(loop, prober, probe, 1h, nullptr), Error);
}

TEST(Wait, ARealEndpointBecomesReady) {
    const test::TestServer server;
    std::vector<std::string> reasons;
    EventLoop loop;
    const auto real = Probe::parse(server.url("http://", "/ready-at-third"));
    const auto prober = make_async_prober(real, loop);
    const auto status = wait_until_ready(
        loop, *prober, real, 10s, [&](const WaitStatus& news) { reasons.push_back(news.reason); });
    EXPECT_EQ(status.attempts, 3U);
    EXPECT_THAT(reasons, ElementsAre("HTTP 500: [-]etcd failed, "
                                     "[-]poststarthook/rbac/bootstrap-roles failed"));
}

} // namespace
} // namespace k8s_node
