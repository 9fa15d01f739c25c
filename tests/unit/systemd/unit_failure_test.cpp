#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "systemd/unit_failure.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

UnitFailure failed_start(const std::string& unit, JobResult result = JobResult::failed) {
    UnitFailure failure;
    failure.job = {{JobKind::start, unit}, result, "failed", 1200ms};
    return failure;
}

TEST(ProcessEndText, SaysHowAProcessEnded) {
    EXPECT_EQ(text_of(ProcessEnd{CLD_EXITED, 1}), "exited 1");
    EXPECT_EQ(text_of(ProcessEnd{CLD_KILLED, SIGKILL}), "killed by signal 9 (KILL)");
    EXPECT_EQ(text_of(ProcessEnd{CLD_DUMPED, SIGSEGV}), "killed by signal 11 (SEGV), core dumped");
    EXPECT_EQ(text_of(ProcessEnd{}), "");
}

TEST(ProcessEndText, StatusesOfSystemdAreExplained) {
    EXPECT_EQ(text_of(ProcessEnd{CLD_EXITED, 203}),
              "exited 203 (its program could not be executed)");
    EXPECT_EQ(text_of(ProcessEnd{CLD_EXITED, 217}),
              "exited 217 (its user does not exist or could not be set)");
}

TEST(UnitFailureText, NamesTheCommandThatFailed) {
    auto failure = failed_start("kube-apiserver.service");
    failure.service_result = "exit-code";
    failure.command = "ExecStartPost=/usr/bin/k8s-node-install probe x";
    failure.exit_text = "exited 8";
    failure.restarts = 2;
    EXPECT_EQ(describe(failure),
              "kube-apiserver.service did not start: ExecStartPost=/usr/bin/k8s-node-install probe "
              "x exited 8 after 1.20 s (after 2 restarts)");
}

TEST(UnitFailureText, QuotesWhatTheServiceSaysItself) {
    auto failure = failed_start("etcd.service");
    failure.service_result = "exit-code";
    failure.exit_text = "exited 1";
    failure.reason = "discovery failed";
    EXPECT_EQ(describe(failure), "etcd.service did not start: its process exited 1 after 1.20 s; "
                                 "it says: discovery failed");
}

TEST(UnitFailureText, ACrashLoopIsCalledThat) {
    auto failure = failed_start("kubelet.service", JobResult::failing);
    failure.service_result = "exit-code";
    failure.command = "ExecStart=/usr/bin/kubelet";
    failure.exit_text = "exited 1";
    failure.restarts = 3;
    EXPECT_EQ(describe(failure), "kubelet.service fails repeatedly (3 times within 1.20 s): "
                                 "ExecStart=/usr/bin/kubelet exited 1");
    failure.restarts = 1;
    EXPECT_EQ(describe(failure),
              "kubelet.service failed in the meantime: ExecStart=/usr/bin/kubelet exited 1");
    EXPECT_EQ(UnitError(failure).status(), ExitStatus::not_ready);
}

struct ResultCase {
    const char* result;
    const char* text;
};
class ServiceResult : public testing::TestWithParam<ResultCase> {};

TEST_P(ServiceResult, IsExplained) {
    auto failure = failed_start("x.service");
    failure.service_result = GetParam().result;
    EXPECT_EQ(describe(failure),
              std::string("x.service did not start: ") + GetParam().text + " after 1.20 s");
}

INSTANTIATE_TEST_SUITE_P(
    All, ServiceResult,
    testing::Values(
        ResultCase{"exit-code", "its process failed"},
        ResultCase{"timeout", "it was not ready within the time that its unit allows"},
        ResultCase{"protocol", "it ended without reporting that it is ready"},
        ResultCase{"resources", "systemd could not set up the resources that its unit needs"},
        ResultCase{"watchdog", "it did not notify the watchdog in time"},
        ResultCase{"start-limit-hit", "it was started too often in a short time"},
        ResultCase{"oom-kill",
                   "the machine ran out of memory, or the unit reached its memory limit"},
        ResultCase{"exec-condition", "its ExecCondition= failed"},
        ResultCase{"brand-new", "systemd says \"brand-new\""},
        ResultCase{"", "systemd gives no reason"}));

TEST(UnitFailureText, ADependencyNamesItsCulprit) {
    auto failure = failed_start("kube-apiserver.service", JobResult::dependency);
    EXPECT_THAT(describe(failure), HasSubstr("a unit that it requires did not start"));
    failure.culprit = "etcd.service";
    EXPECT_THAT(describe(failure), HasSubstr("it requires etcd.service, which failed"));
    EXPECT_THAT(UnitError(failure).hint(), HasSubstr("journalctl -u etcd.service"));
}

TEST(UnitFailureText, AnUnknownWordIsQuoted) {
    auto failure = failed_start("x.service", JobResult::unknown);
    failure.job.word = "frozen";
    EXPECT_THAT(describe(failure), HasSubstr("ended as \"frozen\""));
}

TEST(UnitFailureText, OurDeadlineDoesNotSoundLikeAFailureOfTheUnit) {
    auto failure = failed_start("etcd.service", JobResult::still_running);
    failure.job.elapsed = 90s;
    failure.sub_state = "start";
    failure.status_text = "waiting for quorum";
    EXPECT_EQ(describe(failure),
              "etcd.service is still starting after 1 min 30 s (start: waiting for quorum)");
    EXPECT_EQ(UnitError(failure).status(), ExitStatus::not_ready);
}

TEST(UnitFailureText, ARefusalSaysWhatSystemdSaid) {
    auto failure = failed_start("x.service", JobResult::refused);
    failure.job.word = "Unit x.service not found.";
    EXPECT_EQ(describe(failure), "could not start x.service: Unit x.service not found.");
    EXPECT_EQ(UnitError(failure).status(), ExitStatus::failure);
}

TEST(UnitErrors, NothingIsThrownIfAllIsWell) {
    EXPECT_NO_THROW(throw_on_failure({}));
}

TEST(UnitErrors, TheCauseComesBeforeItsConsequences) {
    auto consequence = failed_start("kube-apiserver.service", JobResult::dependency);
    consequence.culprit = "etcd.service";
    auto cause = failed_start("etcd.service");
    cause.service_result = "exit-code";
    cause.exit_text = "exited 1";
    cause.journal = {"etcd: no space left"};
    try {
        throw_on_failure(std::vector{consequence, cause});
        FAIL() << "did not throw";
    } catch (const UnitError& error) {
        EXPECT_EQ(error.failure().job.job.unit, "etcd.service");
        EXPECT_EQ(error.status(), ExitStatus::not_ready);
        EXPECT_THAT(error.details(),
                    ElementsAre("etcd: no space left",
                                HasSubstr("also: kube-apiserver.service did not start")));
        EXPECT_THAT(error.hint(), HasSubstr("etcd.service"));
    }
}

TEST(UnitErrors, TheStartLimitHasItsOwnHint) {
    auto failure = failed_start("x.service");
    failure.service_result = "start-limit-hit";
    EXPECT_THAT(UnitError(failure).hint(), HasSubstr("systemctl reset-failed x.service"));
}

TEST(UnitErrors, AServiceThatDoesNotStopIsAPlainFailure) {
    auto failure = failed_start("x.service");
    failure.job.job.kind = JobKind::stop;
    EXPECT_THAT(describe(failure), HasSubstr("did not stop"));
    EXPECT_EQ(UnitError(failure).status(), ExitStatus::failure);
}

} // namespace
} // namespace k8s_node
