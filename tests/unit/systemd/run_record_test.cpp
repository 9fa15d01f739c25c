#include <gmock/gmock.h>

#include "support/messages.hpp"
#include "systemd/run_record.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

class Records : public EventSink {
public:
    void report(const Event& event) noexcept override { events.push_back(event); }
    std::vector<Event> events;
};

TEST(RunRecord, BeginsAndEndsWithTheVerb) {
    Records records;
    EXPECT_EQ(recorded_run("install", records, [] { return ExitStatus::changes; }),
              ExitStatus::changes);
    ASSERT_EQ(records.events.size(), 2U);
    EXPECT_EQ(records.events[0].message_id, message::run_started);
    EXPECT_THAT(records.events[0].fields, Contains(Pair("K8S_NODE_VERB", "install")));
    EXPECT_EQ(records.events[1].message_id, message::run_finished);
    EXPECT_THAT(records.events[1].fields, Contains(Pair("K8S_NODE_EXIT_STATUS", "4")));
}

TEST(RunRecord, SaysInWhichPhaseItFailedAndWithWhichStatus) {
    Records records;
    const auto fail = []() -> ExitStatus {
        return with_phase("outer", [] {
            return with_phase("fetch", [] {
                return with_context("fetching runc", []() -> ExitStatus {
                    throw Error("it differs", ExitStatus::verification).try_this("look");
                });
            });
        });
    };
    EXPECT_THROW(recorded_run("install", records, fail), Error);
    ASSERT_EQ(records.events.size(), 3U);
    EXPECT_EQ(records.events[1].message_id, message::verification_failed);
    const auto& end = records.events[2];
    EXPECT_EQ(end.message_id, message::run_failed);
    EXPECT_EQ(end.priority, Priority::error);
    EXPECT_EQ(end.message, "install failed: it differs, while fetching runc\ntry: look");
    EXPECT_THAT(end.fields, testing::IsSupersetOf({Pair("K8S_NODE_PHASE", "fetch"),
                                                   Pair("K8S_NODE_EXIT_STATUS", "6"),
                                                   Pair("K8S_NODE_HINT", "look")}));
}

TEST(RunRecord, NamesTheUnitThatReallyFailed) {
    UnitFailure failure;
    failure.job.job = {JobKind::start, "kube-apiserver.service"};
    failure.job.result = JobResult::dependency;
    failure.culprit = "etcd.service";
    failure.journal = {"etcd says why"};
    const auto events = failure_events("install", UnitError(failure));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].message_id, message::unit_failed);
    EXPECT_THAT(events[0].message, testing::Not(HasSubstr("etcd says why")))
        << "that line is in the journal already";
    for (const auto& event : events) {
        EXPECT_THAT(event.fields, testing::IsSupersetOf({Pair("K8S_NODE_EXIT_STATUS", "8")}));
    }
    EXPECT_THAT(events[0].fields,
                testing::IsSupersetOf({Pair("K8S_NODE_UNIT", "etcd.service"),
                                       Pair("OBJECT_SYSTEMD_UNIT", "etcd.service")}));
}

TEST(RunRecord, ListsEveryCheckThatAMachineDidNotPass) {
    Error error("2 checks failed", ExitStatus::unsuitable);
    error.with_detail("[Port-6443] in use").with_detail("[Swap] is on");
    const auto events = failure_events("install", error);
    EXPECT_EQ(events.front().message_id, message::preflight_failed);
    EXPECT_EQ(events.front().message, "2 checks failed\n[Port-6443] in use\n[Swap] is on");
}

TEST(RunRecord, TellsTheDetailsOnce) {
    Error error("the disk is full");
    error.with_detail("/opt: 0 bytes left").try_this("make room");
    const auto events = failure_events("install", error);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].message,
              "install failed: the disk is full\n/opt: 0 bytes left\ntry: make room");
}

TEST(RunRecord, AnUnexpectedExceptionIsAFailureToo) {
    Records records;
    EXPECT_THROW(recorded_run("reset", records,
                              []() -> ExitStatus { throw std::runtime_error("out of luck"); }),
                 std::runtime_error);
    EXPECT_EQ(records.events.back().message_id, message::run_failed);
    EXPECT_EQ(records.events.back().message, "reset failed: out of luck");
}

} // namespace
} // namespace k8s_node
