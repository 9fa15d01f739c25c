// Jobs and states of units, and our own records, with a real systemd.
#include <cstdlib>

#include "journal/journal_sink.hpp"
#include "live.hpp"
#include "systemd/job_watch.hpp"
#include "systemd/properties.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(Live, ASuccessIsNoFailure) {
    service("live-good.service", "Type=oneshot\nRemainAfterExit=yes\nExecStart=true\n");
    EXPECT_THAT(start({"live-good.service"}), IsEmpty());
    EXPECT_THAT(observer_.ended, ElementsAre("live-good.service"));
    EXPECT_EQ(manager_.unit_state("live-good.service").active, "active");
}

TEST_F(Live, ManyUnitsStartAtOnce) {
    std::vector<std::string> units;
    for (const auto* name : {"live-1.service", "live-2.service", "live-3.service"}) {
        service(name, "Type=oneshot\nExecStart=sleep 2\n");
        units.emplace_back(name);
    }
    const auto before = std::chrono::steady_clock::now();
    EXPECT_THAT(start(units), IsEmpty());
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
    EXPECT_THAT(observer_.ended, testing::UnorderedElementsAreArray(units));
}

TEST_F(Live, OneUnknownUnitDoesNotStopTheOthers) {
    service("live-good.service", "Type=oneshot\nExecStart=true\n");
    const auto failures = start({"live-none.service", "live-good.service"});
    ASSERT_THAT(failures, SizeIs(1));
    EXPECT_EQ(failures[0].job.result, JobResult::refused);
    EXPECT_THAT(describe(failures[0]), HasSubstr("live-none.service not found"));
    EXPECT_THAT(observer_.ended, Contains("live-good.service"));
}

TEST_F(Live, AWaitTellsWhatItWaitsFor) {
    service("live-notify.service",
            "Type=notify\nNotifyAccess=all\n"
            "ExecStart=sh -c 'systemd-notify --status=\"waiting for quorum\"; sleep 1; "
            "systemd-notify --ready; exec sleep 1000'\n");
    options_.heartbeat = 500ms;
    EXPECT_THAT(start({"live-notify.service"}), IsEmpty());
    EXPECT_THAT(observer_.heartbeats,
                Contains(AllOf(Field(&PendingJob::sub_state, "start"),
                               Field(&PendingJob::status_text, "waiting for quorum"))));
}

TEST_F(Live, OurDeadlineLeavesTheJobRunning) {
    service("live-hang.service", "Type=notify\nExecStart=sleep 1000\n");
    options_.deadline = 300ms;
    const auto failure = start_and_fail("live-hang.service");
    EXPECT_EQ(failure.job.result, JobResult::still_running);
    EXPECT_THAT(describe(failure), HasSubstr("live-hang.service is still starting after 0.3"));
    EXPECT_EQ(manager_.unit_state("live-hang.service").active, "activating");
    options_.deadline = 30s;
}

TEST_F(Live, RestartReloadAndStop) {
    service("live-run.service", "ExecStart=sleep 1000\nExecReload=true\n");
    ASSERT_THAT(start({"live-run.service"}), IsEmpty());
    const auto first = manager_.unit_state("live-run.service");
    ASSERT_THAT(run(JobKind::restart, {"live-run.service"}), IsEmpty());
    const auto second = manager_.unit_state("live-run.service");
    EXPECT_NE(first.main_pid, second.main_pid);
    EXPECT_NE(first.invocation_id, second.invocation_id);
    ASSERT_THAT(run(JobKind::reload_or_restart, {"live-run.service"}), IsEmpty());
    EXPECT_EQ(manager_.unit_state("live-run.service").main_pid, second.main_pid);
    ASSERT_THAT(run(JobKind::stop, {"live-run.service"}), IsEmpty());
    EXPECT_EQ(manager_.unit_state("live-run.service").active, "inactive");
}

TEST_F(Live, StateOfARunningService) {
    service("live-run.service", "ExecStart=sleep 1000\nUser=daemon\n");
    ASSERT_THAT(start({"live-run.service"}), IsEmpty());
    const auto state = manager_.unit_state("live-run.service");
    EXPECT_TRUE(state.is_loaded());
    EXPECT_TRUE(state.is_active());
    EXPECT_EQ(state.sub, "running");
    EXPECT_EQ(state.result, "success");
    EXPECT_EQ(state.fragment_path, directory / "live-run.service");
    EXPECT_EQ(state.unit_file_state, "static");
    EXPECT_EQ(state.invocation_id.size(), 32U);
    EXPECT_GT(state.main_pid, 1U);
    EXPECT_GT(state.active_enter_us, 0U);
    EXPECT_TRUE(state.conditions_met);
    EXPECT_FALSE(state.need_daemon_reload);
    EXPECT_EQ(manager_.string_property("live-run.service", service_interface, "User"), "daemon");
    EXPECT_THAT(manager_.strings_property("live-run.service", unit_interface, "After"),
                Contains("basic.target"));
}

TEST_F(Live, StatesOfSeveralUnitsAreThoseOfEach) {
    service("live-run.service", "ExecStart=sleep 1000\n");
    ASSERT_THAT(start({"live-run.service"}), IsEmpty());
    const std::vector<std::string> units = {"live-no-such.service", "live-run.service",
                                            "basic.target"};
    const auto states = manager_.unit_states(units);
    ASSERT_THAT(states, SizeIs(units.size()));
    for (std::size_t i = 0; i < units.size(); ++i) {
        EXPECT_EQ(states[i], manager_.unit_state(units[i])) << units[i];
    }
    EXPECT_EQ(states[0].load, "not-found");
    EXPECT_NE(states[1].main_pid, 0U);
}

TEST_F(Live, AChangedFileNeedsAReload) {
    service("live-run.service", "ExecStart=sleep 1000\n");
    ASSERT_THAT(start({"live-run.service"}), IsEmpty());
    service("live-run.service", "ExecStart=sleep 2000\n");
    fs::last_write_time(directory / "live-run.service", fs::file_time_type::clock::now() + 5s);
    EXPECT_TRUE(manager_.unit_state("live-run.service").need_daemon_reload);
    manager_.reload();
    EXPECT_FALSE(manager_.unit_state("live-run.service").need_daemon_reload);
}

TEST_F(Live, NoSuchUnitIsAState) {
    const auto state = manager_.unit_state("live-none.service");
    EXPECT_EQ(state.load, "not-found");
    EXPECT_EQ(state.active, "inactive");
    EXPECT_NO_THROW(manager_.reset_failed("live-none.service"));
}

TEST_F(Live, AnUnmetConditionIsDoneButNotActive) {
    write("live-cond.service",
          "[Unit]\nConditionPathExists=/no/such/file\n[Service]\nExecStart=sleep 1000\n");
    EXPECT_THAT(start({"live-cond.service"}), IsEmpty());
    const auto state = manager_.unit_state("live-cond.service");
    EXPECT_EQ(state.active, "inactive");
    EXPECT_FALSE(state.conditions_met);
}

TEST_F(Live, FailedUnitsAreListedUntilReset) {
    service("live-bad.service", "Type=oneshot\nExecStart=false\n");
    static_cast<void>(start_and_fail("live-bad.service"));
    const std::vector<std::string> patterns = {"live-*.service"};
    EXPECT_THAT(manager_.list_units(patterns),
                ElementsAre(AllOf(Field(&UnitSummary::name, "live-bad.service"),
                                  Field(&UnitSummary::active, "failed"))));
    manager_.reset_failed("live-bad.service");
    EXPECT_THAT(manager_.list_units(patterns), IsEmpty());
}

TEST_F(Live, AnEndOfTheConnectionIsNotWaitedThrough) {
    service("live-hang.service", "Type=notify\nExecStart=sleep 1000\n");
    manager_.reload();
    const auto bus = Bus::open_system(loop_);
    if (sd_bus_is_bus_client(bus.get()) > 0) {
        GTEST_SKIP() << "a restart of systemd is not seen through the system bus";
    }
    JobWatch watch(bus);
    watch.request({JobKind::start, "live-hang.service"}, JobMode::replace);
    ASSERT_EQ(std::system("systemctl daemon-reexec"), 0);
    EXPECT_THROW(static_cast<void>(watch.wait(JobWatch::Clock::now() + 10s, [] { return false; })),
                 Error);
}

TEST(LiveJournal, EventsBecomeRecords) {
    JournalSink sink;
    sink.report({Priority::notice,
                 "hello from the room",
                 "5f1f6a0e6d3a4b0f8b6d7c0e1a2b3c4d",
                 {{"K8S_NODE_PHASE", "test"}, {"K8S_NODE_TEXT", "two\nlines"}}});
}

} // namespace
} // namespace k8s_node
