// Units of a real systemd that are followed on an event loop.
#include <csignal>
#include <cstdlib>
#include <map>
#include <optional>

#include "live.hpp"
#include "systemd/unit_follower.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Pair;

/// Follows units over a connection of its own, while the test changes them over another one.
class Following : public Live {
protected:
    void follow(std::vector<std::string> units) {
        units_ = std::move(units);
        follower_.emplace(bus_, units_,
                          UnitEvents{.changed =
                                         [this](const UnitCondition& condition) {
                                             seen_.push_back(condition);
                                             now_[condition.unit] = condition;
                                         },
                                     .job_ended =
                                         [this](const std::string& unit, JobResult result) {
                                             jobs_.emplace_back(unit, result);
                                         }});
        EXPECT_TRUE(reached([this] { return now_.size() == units_.size(); }));
    }
    bool reached(const std::function<bool()>& is_done) {
        return loop_.run_until(is_done, EventLoop::Clock::now() + 30s);
    }
    bool becomes(const std::string& unit, const std::string& active) {
        return reached([&] { return now_[unit].active == active; });
    }

    Bus bus_ = Bus::open_system(loop_);
    std::vector<std::string> units_;
    std::optional<UnitFollower> follower_;
    std::vector<UnitCondition> seen_;
    std::map<std::string, UnitCondition> now_;
    std::vector<std::pair<std::string, JobResult>> jobs_;
};

TEST_F(Following, FirstTellsHowAllAre) {
    service("live-run.service", "ExecStart=sleep 1000\n");
    ASSERT_THAT(start({"live-run.service"}), IsEmpty());
    follow({"live-run.service", "basic.target", "live-none.service"});
    EXPECT_EQ(now_["live-run.service"].sub, "running");
    EXPECT_EQ(now_["live-run.service"].result, "success");
    EXPECT_EQ(now_["basic.target"].active, "active");
    EXPECT_EQ(now_["live-none.service"].active, "inactive");
    EXPECT_EQ(seen_.size(), 3U);
}

TEST_F(Following, AStartAndAStopAreSeenWithTheirJobs) {
    service("live-run.service", "ExecStart=sleep 1000\n");
    manager_.reload();
    follow({"live-run.service"});
    ASSERT_THAT(run(JobKind::start, {"live-run.service"}), IsEmpty());
    EXPECT_TRUE(becomes("live-run.service", "active"));
    ASSERT_THAT(run(JobKind::stop, {"live-run.service"}), IsEmpty());
    EXPECT_TRUE(becomes("live-run.service", "inactive"));
    EXPECT_TRUE(reached([this] { return jobs_.size() >= 2; }));
    EXPECT_THAT(jobs_, ElementsAre(Pair("live-run.service", JobResult::done),
                                   Pair("live-run.service", JobResult::done)));
}

TEST_F(Following, AFailureComesWithItsResult) {
    service("live-bad.service", "Type=exec\nExecStart=sh -c 'exit 3'\n");
    manager_.reload();
    follow({"live-bad.service"});
    static_cast<void>(run(JobKind::start, {"live-bad.service"}));
    EXPECT_TRUE(becomes("live-bad.service", "failed"));
    EXPECT_EQ(now_["live-bad.service"].result, "exit-code");
}

TEST_F(Following, EachRestartIsAChangeHoweverFast) {
    service("live-loop.service", "Restart=always\nRestartSec=1ms\nExecStart=true\n");
    manager_.reload();
    follow({"live-loop.service"});
    static_cast<void>(run(JobKind::start, {"live-loop.service"}));
    EXPECT_TRUE(reached([this] { return now_["live-loop.service"].restarts >= 3; }));
}

TEST_F(Following, AKilledProcessIsSeen) {
    service("live-run.service", "ExecStart=sleep 1000\n");
    ASSERT_THAT(start({"live-run.service"}), IsEmpty());
    follow({"live-run.service"});
    const auto pid = manager_.unit_state("live-run.service").main_pid;
    ASSERT_EQ(::kill(static_cast<pid_t>(pid), SIGKILL), 0);
    EXPECT_TRUE(becomes("live-run.service", "failed"));
    EXPECT_EQ(now_["live-run.service"].result, "signal");
}

TEST_F(Following, GoesOnAfterAReload) {
    service("live-run.service", "ExecStart=sleep 1000\n");
    follow({"live-run.service"});
    ASSERT_THAT(start({"live-run.service"}), IsEmpty());
    EXPECT_TRUE(becomes("live-run.service", "active"));
    EXPECT_THAT(seen_, Contains(Field(&UnitCondition::sub, "running")));
}

TEST_F(Following, AJobThatChangesNothingIsReported) {
    write("live-top.service", "[Unit]\nRequires=live-bad.service\nAfter=live-bad.service\n"
                              "[Service]\nExecStart=sleep 1000\n");
    service("live-bad.service", "Type=oneshot\nExecStart=false\n");
    manager_.reload();
    follow({"live-top.service"});
    static_cast<void>(run(JobKind::start, {"live-top.service"}));
    EXPECT_TRUE(reached([this] { return !jobs_.empty(); }));
    EXPECT_THAT(jobs_, ElementsAre(Pair("live-top.service", JobResult::dependency)));
    EXPECT_EQ(now_["live-top.service"].active, "inactive");
}

TEST_F(Following, AnEndOfTheConnectionLeavesTheRun) {
    if (sd_bus_is_bus_client(bus_.get()) > 0) {
        GTEST_SKIP() << "a restart of systemd is not seen through the system bus";
    }
    follow({"basic.target"});
    ASSERT_EQ(std::system("systemctl daemon-reexec"), 0);
    EXPECT_THROW(reached([] { return false; }), Error);
}

} // namespace
} // namespace k8s_node
