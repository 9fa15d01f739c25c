// Attempts that share one loop; prober_test.cpp tests what they find.
#include <map>
#include <memory>
#include <optional>

#include <gmock/gmock.h>

#include "health/async_prober.hpp"
#include "test_server.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using test::TestServer;

class AsyncProbes : public testing::Test {
protected:
    void begin(const std::string& url, std::chrono::milliseconds timeout = 5s) {
        probers_.push_back(make_async_prober(Probe::parse(url), loop_));
        probers_.back()->begin(
            timeout, [this, url](const Attempt& attempt) { answers_.emplace(url, attempt); });
    }

    EventLoop loop_;
    std::vector<std::unique_ptr<AsyncProber>> probers_;
    std::map<std::string, Attempt> answers_;
};

TEST_F(AsyncProbes, OneThatWaitsHoldsUpNoOther) {
    const TestServer server;
    begin(server.url("http://", "/silent"), 1h);
    begin(server.url("http://", "/"));
    begin(server.url("http://", "/readyz"));
    begin(server.url("tcp://", ""));
    begin("unix:///nowhere/at/all.sock");
    EXPECT_TRUE(loop_.run_until([this] { return answers_.size() == 4; }));
    EXPECT_TRUE(answers_.at(server.url("http://", "/")).ok);
    EXPECT_FALSE(answers_.at(server.url("http://", "/readyz")).ok);
    EXPECT_TRUE(answers_.at(server.url("tcp://", "")).ok);
    EXPECT_EQ(answers_.at("unix:///nowhere/at/all.sock").reason,
              "there is no socket /nowhere/at/all.sock");
}

TEST_F(AsyncProbes, NothingIsAnsweredBeforeTheLoopRuns) {
    begin("unix:///nowhere/at/all.sock");
    EXPECT_THAT(answers_, testing::IsEmpty());
}

TEST_F(AsyncProbes, ACancelledAttemptIsNotAnsweredAndTheNextOneIs) {
    const TestServer server;
    const auto prober = make_async_prober(Probe::parse(server.url("http://", "/")), loop_);
    prober->begin(1h, [](const Attempt&) { FAIL() << "it was cancelled"; });
    prober->cancel();
    std::optional<Attempt> answer;
    prober->begin(5s, [&](const Attempt& attempt) { answer = attempt; });
    EXPECT_TRUE(loop_.run_until([&] { return answer.has_value(); }));
    EXPECT_TRUE(answer->ok);
}

TEST_F(AsyncProbes, ANewAttemptTakesThePlaceOfTheOneBefore) {
    const TestServer server;
    const auto prober = make_async_prober(Probe::parse(server.url("http://", "/silent")), loop_);
    prober->begin(1h, [](const Attempt&) { FAIL() << "it was cancelled"; });
    std::optional<Attempt> answer;
    prober->begin(50ms, [&](const Attempt& attempt) { answer = attempt; });
    EXPECT_TRUE(loop_.run_until([&] { return answer.has_value(); }));
    EXPECT_FALSE(answer->ok);
}

TEST_F(AsyncProbes, AnAnswerMayBeginTheNextAttempt) {
    const TestServer server;
    const auto prober =
        make_async_prober(Probe::parse(server.url("http://", "/ready-at-third")), loop_);
    int attempts = 0;
    bool ok = false;
    AsyncProber::Answer answer = [&](const Attempt& attempt) {
        ++attempts;
        ok = attempt.ok;
        if (!ok) {
            prober->begin(5s, answer);
        }
    };
    prober->begin(5s, answer);
    EXPECT_TRUE(loop_.run_until([&] { return ok; }));
    EXPECT_EQ(attempts, 3);
}

TEST_F(AsyncProbes, AnAnswerMayDestroyItsProber) {
    const TestServer server;
    auto prober = make_async_prober(Probe::parse(server.url("http://", "/")), loop_);
    prober->begin(5s, [&](const Attempt&) { prober.reset(); });
    EXPECT_TRUE(loop_.run_until([&] { return !prober; }));
}

TEST_F(AsyncProbes, OneThatIsUnderWayMayBeDestroyed) {
    const TestServer server;
    auto prober = make_async_prober(Probe::parse(server.url("http://", "/silent")), loop_);
    prober->begin(1h, [](const Attempt&) { FAIL() << "it was destroyed"; });
    begin(server.url("http://", "/"));
    EXPECT_TRUE(loop_.run_until([this] { return !answers_.empty(); }));
}

} // namespace
} // namespace k8s_node
