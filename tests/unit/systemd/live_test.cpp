// The room against a real systemd. Run as root in a throw-away machine by
// tests/machine/test_systemd_room.py: it writes and runs units.
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/files.hpp"
#include "systemd/journal.hpp"
#include "systemd/journal_sink.hpp"
#include "systemd/properties.hpp"
#include "systemd/systemd_manager.hpp"

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

class Recorder : public JobObserver {
public:
    void finished(const FinishedJob& job) override { ended.push_back(job.job.unit); }
    void waiting(std::span<const PendingJob> jobs) override {
        for (const auto& job : jobs) {
            heartbeats.push_back(job);
        }
    }
    std::vector<std::string> ended;
    std::vector<PendingJob> heartbeats;
};

class Live : public testing::Test {
protected:
    void TearDown() override {
        // A connection of its own, for a test may have ended the other one.
        SystemdManager manager(Bus::open_system());
        for (const auto& unit : written_) {
            const UnitJob stop{JobKind::stop, unit};
            static_cast<void>(manager.run({&stop, 1}, options_, observer_));
            manager.reset_failed(unit);
            fs::remove(directory / unit);
        }
        manager.reload();
    }

    void write(const std::string& unit, const std::string& text) {
        write_file_atomically(directory / unit, text, {});
        written_.push_back(unit);
    }
    void service(const std::string& unit, const std::string& lines) {
        write(unit, "[Service]\n" + lines);
    }
    std::vector<UnitFailure> run(JobKind kind, const std::vector<std::string>& units) {
        std::vector<UnitJob> jobs;
        for (const auto& unit : units) {
            jobs.push_back({kind, unit});
        }
        return manager_.run(jobs, options_, observer_);
    }
    std::vector<UnitFailure> start(const std::vector<std::string>& units) {
        manager_.reload();
        return run(JobKind::start, units);
    }
    UnitFailure start_and_fail(const std::string& unit) {
        auto failures = start({unit});
        EXPECT_THAT(failures, SizeIs(1));
        return failures.empty() ? UnitFailure{} : failures.front();
    }

    const fs::path directory = "/run/systemd/system";
    SystemdManager manager_{Bus::open_system()};
    JobOptions options_{.deadline = 30s};
    Recorder observer_;

private:
    std::vector<std::string> written_;
};

TEST_F(Live, ASuccessIsNoFailure) {
    service("live-good.service", "Type=oneshot\nRemainAfterExit=yes\nExecStart=true\n");
    EXPECT_THAT(start({"live-good.service"}), IsEmpty());
    EXPECT_THAT(observer_.ended, ElementsAre("live-good.service"));
    EXPECT_EQ(manager_.unit_state("live-good.service").active, "active");
}

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
    service("live-loop.service",
            "Type=exec\nRestart=always\nRestartSec=2s\n"
            "ExecStart=sh -c 'sleep 0.1; echo Error: unknown flag: --x; echo Usage:; exit 1'\n");
    EXPECT_THAT(start({"live-loop.service"}), IsEmpty());
    const std::vector<std::string> units = {"live-loop.service"};
    const auto found = manager_.watch_failures(units, {});
    ASSERT_TRUE(found);
    EXPECT_THAT(describe(*found), AllOf(HasSubstr("live-loop.service fails again and again (3 "),
                                        HasSubstr("exited 1; it says: unknown flag: --x")));
    EXPECT_THAT(found->journal, Contains("sh: Error: unknown flag: --x"));
    EXPECT_THAT(found->journal, testing::Not(Contains("sh: Usage:")));
}

TEST_F(Live, AWatchForFailuresEndsWhenItIsToldTo) {
    service("live-well.service", "ExecStart=sleep 1000\n");
    EXPECT_THAT(start({"live-well.service"}), IsEmpty());
    const std::vector<std::string> units = {"live-well.service"};
    std::stop_source stop;
    const std::jthread later([&] { stop.request_stop(); });
    EXPECT_FALSE(manager_.watch_failures(units, stop.get_token()));
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
    const auto bus = Bus::open_system();
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
