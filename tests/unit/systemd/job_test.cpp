#include <gtest/gtest.h>

#include "support/time.hpp"
#include "systemd/job.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;

TEST(JobResultWord, EveryWordOfSystemdIsKnown) {
    for (const auto* word : {"canceled", "timeout", "dependency", "failed", "invalid", "assert",
                             "unsupported", "collected", "once"}) {
        EXPECT_NE(parse_job_result(word), JobResult::unknown) << word;
        EXPECT_FALSE(is_success(parse_job_result(word))) << word;
    }
    EXPECT_TRUE(is_success(parse_job_result("done")));
    EXPECT_TRUE(is_success(parse_job_result("skipped")));
}

TEST(JobResultWord, AWordOfANewerSystemdIsNoSuccess) {
    EXPECT_EQ(parse_job_result("frozen"), JobResult::unknown);
    EXPECT_FALSE(is_success(JobResult::unknown));
    EXPECT_FALSE(is_success(JobResult::refused));
    EXPECT_FALSE(is_success(JobResult::still_running));
}

TEST(JobRequest, NamesTheMethodOfTheManager) {
    EXPECT_STREQ(method_of(JobKind::start), "StartUnit");
    EXPECT_STREQ(method_of(JobKind::restart), "RestartUnit");
    EXPECT_STREQ(method_of(JobKind::stop), "StopUnit");
    EXPECT_STREQ(method_of(JobKind::reload_or_restart), "ReloadOrRestartUnit");
    EXPECT_STREQ(text_of(JobMode::replace), "replace");
    EXPECT_STREQ(text_of(JobMode::fail), "fail");
}

TEST(PendingJobText, SaysWhatIsWaitedForAndWhy) {
    PendingJob pending{{JobKind::start, "etcd.service"}, 12300ms, "start", "waiting for quorum"};
    EXPECT_EQ(describe(pending),
              "etcd.service is still starting after 12 s (start: waiting for quorum)");
    pending.status_text.clear();
    EXPECT_EQ(describe(pending), "etcd.service is still starting after 12 s (start)");
    pending.sub_state.clear();
    EXPECT_EQ(describe(pending), "etcd.service is still starting after 12 s");
}

TEST(Duration, IsAsExactAsAPersonNeeds) {
    EXPECT_EQ(human_duration(354ms), "0.35 s");
    EXPECT_EQ(human_duration(9990ms), "9.99 s");
    EXPECT_EQ(human_duration(59999ms), "59 s");
    EXPECT_EQ(human_duration(125s), "2 min 5 s");
}

} // namespace
} // namespace k8s_node
