// What is said of units that fail in a real systemd.

#include "live.hpp"
#include "loop/background.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(Live, AFailureComesWithStatusAndLastWords) {
    service("live-bad.service", "Type=notify\nExecStart=sh -c 'echo my last words; exit 3'\n");
    const auto failure = start_and_fail("live-bad.service");
    EXPECT_EQ(failure.job.result, JobResult::failed);
    EXPECT_EQ(failure.service_result, "exit-code");
    EXPECT_EQ(failure.exit_text, "exited 3");
    EXPECT_THAT(failure.command, HasSubstr("ExecStart=sh -c echo my last words; exit 3"));
    EXPECT_THAT(failure.journal, Contains("sh: my last words"));
    EXPECT_THAT(failure.journal, Contains(HasSubstr("systemd: ")));
}

TEST_F(Live, OnlyTheWordsOfThisStartAreQuoted) {
    service("live-again.service",
            "Type=oneshot\nExecStart=sh -c 'echo words $$INVOCATION_ID; false'\n");
    const auto first = start_and_fail("live-again.service");
    const auto second = start_and_fail("live-again.service");
    const auto words = [](const UnitFailure& failure) {
        return std::count_if(failure.journal.begin(), failure.journal.end(),
                             [](const auto& line) { return line.find("words") != line.npos; });
    };
    EXPECT_EQ(words(first), 1);
    EXPECT_EQ(words(second), 1);
    EXPECT_NE(first.journal, second.journal);
}

TEST_F(Live, AFailedReadinessProbeIsTheReasonAndNotTheKillThatFollows) {
    service("live-post.service", "ExecStart=sleep 1000\nRestart=always\nRestartSec=5s\n"
                                 "ExecStartPost=sh -c 'echo HTTP 500; exit 8'\n");
    const auto failure = start_and_fail("live-post.service");
    EXPECT_THAT(failure.command, HasSubstr("ExecStartPost="));
    EXPECT_EQ(failure.exit_text, "exited 8");
    EXPECT_THAT(failure.journal, Contains("sh: HTTP 500"));
}

TEST_F(Live, AKilledServiceNamesTheSignal) {
    service("live-kill.service", "Type=notify\nExecStart=sh -c 'kill -9 $$$$'\n");
    const auto failure = start_and_fail("live-kill.service");
    EXPECT_EQ(failure.service_result, "signal");
    EXPECT_EQ(failure.exit_text, "killed by signal 9 (KILL)");
}

TEST_F(Live, AMissingProgramIsExplained) {
    service("live-exec.service", "Type=exec\nExecStart=/no/such/program\n");
    EXPECT_THAT(describe(start_and_fail("live-exec.service")),
                HasSubstr("exited 203 (its program could not be executed)"));
}

TEST_F(Live, ATimeoutOfTheUnitIsNotOurs) {
    service("live-slow.service", "Type=notify\nTimeoutStartSec=200ms\nExecStart=sleep 1000\n");
    const auto failure = start_and_fail("live-slow.service");
    EXPECT_EQ(failure.job.result, JobResult::failed);
    EXPECT_EQ(failure.service_result, "timeout");
    EXPECT_GE(failure.job.elapsed, 200ms);
}

TEST_F(Live, AUnitThatFailsAgainAndAgainIsFoundWithItsReason) {
    start_then_fail("live-loop.service", "Restart=always\nRestartSec=2s\n",
                    "echo Error: unknown flag: --x; echo Usage:; exit 1");
    const std::vector<std::string> units = {"live-loop.service"};
    const auto found = manager_.watch_failures(units);
    EXPECT_THAT(describe(found), AllOf(HasSubstr("live-loop.service fails repeatedly (3 "),
                                       HasSubstr("exited 1; it says: unknown flag: --x")));
    EXPECT_THAT(found.journal, Contains("flock: Error: unknown flag: --x"));
    EXPECT_THAT(found.journal, testing::Not(Contains("flock: Usage:")));
}

TEST_F(Live, AUnitThatIsStartedAgainAtOnceIsFoundWithItsReason) {
    start_then_fail("live-loop.service",
                    "Restart=always\nRestartSec=100ms\nStartLimitIntervalSec=0\n", "exit 7");
    const std::vector<std::string> units = {"live-loop.service"};
    const auto found = manager_.watch_failures(units);
    EXPECT_EQ(found.exit_text, "exited 7");
}

TEST_F(Live, AWatchForFailuresCanBeCancelled) {
    service("live-well.service", "ExecStart=sleep 1000\n");
    EXPECT_THAT(start({"live-well.service"}), IsEmpty());
    const std::vector<std::string> units = {"live-well.service"};
    Background watch(loop_, [&] { static_cast<void>(manager_.watch_failures(units)); });
    watch.cancel();
    EXPECT_THROW(watch.finish(), Cancelled);
}

TEST_F(Live, AUnitThatFailsMeanwhileEndsTheWaitForAJob) {
    service("live-slow.service", "Type=notify\nTimeoutStartSec=60s\nExecStart=sleep 1000\n");
    service("live-loop.service", "Type=exec\nRestart=always\nRestartSec=2s\n"
                                 "ExecStart=sh -c 'sleep 0.1; exit 7'\n");
    const auto failures = start({"live-slow.service", "live-loop.service"});
    ASSERT_THAT(failures, SizeIs(2));
    EXPECT_EQ(failures[0].job.result, JobResult::failing);
    EXPECT_EQ(failures[0].exit_text, "exited 7");
    EXPECT_EQ(failures[1].job.result, JobResult::still_running);
    EXPECT_LT(failures[1].job.elapsed, options_.deadline);
}

TEST_F(Live, AFailureLeavesTheOthersOnlyTheTimeToFailToo) {
    service("live-slow.service", "Type=notify\nTimeoutStartSec=60s\nExecStart=sleep 1000\n");
    service("live-bad.service", "Type=notify\nExecStart=false\n");
    options_.after_failure = 200ms;
    const auto failures = start({"live-slow.service", "live-bad.service"});
    ASSERT_THAT(failures, SizeIs(2));
    EXPECT_EQ(failures[0].job.result, JobResult::failed);
    EXPECT_EQ(failures[1].job.result, JobResult::still_running);
}

TEST_F(Live, ADependencyNamesTheUnitThatFailed) {
    write("live-top.service", "[Unit]\nRequires=live-mid.service\nAfter=live-mid.service\n"
                              "[Service]\nExecStart=sleep 1000\n");
    write("live-mid.service", "[Unit]\nRequires=live-low.service\nAfter=live-low.service\n"
                              "[Service]\nExecStart=sleep 1000\n");
    service("live-low.service", "Type=oneshot\nExecStart=sh -c 'echo disk on fire; exit 1'\n");
    const auto failure = start_and_fail("live-top.service");
    EXPECT_EQ(failure.job.result, JobResult::dependency);
    EXPECT_EQ(failure.culprit, "live-low.service");
    EXPECT_THAT(failure.journal, Contains("sh: disk on fire"));
}

} // namespace
} // namespace k8s_node
