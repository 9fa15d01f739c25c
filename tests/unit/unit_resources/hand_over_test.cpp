#include <csignal>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "generations/ledger.hpp"
#include "host/shared_listeners.hpp"
#include "plan/hand_over.hpp"
#include "support/interrupt.hpp"
#include "unit/engine/running_machine.hpp"
#include "unit_resources/hand_over.hpp"
#include "unit_resources/unit_changes.hpp"

namespace k8s_node {
namespace {

using test::RunningMachine;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* stand_in = "x-handover.service";

/// A listening socket that others may share, of this very process.
UniqueFd shared_socket() {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::listen(socket.get(), 1);
    return socket;
}

Generation sharing(const std::string& body) {
    auto generation = RunningMachine::with_body(body);
    generation.files["units/x.service"] =
        "[Unit]\nX-HandOver=yes\n" + generation.files["units/x.service"];
    return generation;
}

/// A node whose service runs, and is this process.
class HandOver : public testing::Test {
protected:
    void SetUp() override {
        try {
            ASSERT_EQ(host::prefer_eldest(::getpid()), 1U);
        } catch (const Error& error) {
            GTEST_SKIP() << error.message();
        }
        const auto first = sharing("one");
        ASSERT_EQ(machine.go({first}), "");
        runs();
    }
    void runs() {
        machine.services.units["x.service"].main_pid = static_cast<std::uint64_t>(::getpid());
        machine.services.jobs.clear();
    }
    std::string change_to(const std::string& body) {
        const auto next = sharing(body);
        return machine.go({next});
    }
    [[nodiscard]] bool is_written() const {
        return std::filesystem::exists(machine.path(stand_in_path(stand_in)));
    }

    UniqueFd socket = shared_socket();
    RunningMachine machine;
    const UnitJob start{JobKind::start, stand_in};
    const UnitJob restart{JobKind::restart, "x.service"};
    const UnitJob stop{JobKind::stop, stand_in};
};

TEST_F(HandOver, ASecondServiceOfTheNewGenerationRunsWhileTheFirstRestarts) {
    std::string text;
    machine.services.works = [&](const UnitJob& job) {
        if (job == start) {
            text = read_file(machine.path(stand_in_path(stand_in)));
        }
        return true;
    };
    EXPECT_EQ(change_to("two"), "");
    EXPECT_THAT(machine.services.jobs, ElementsAre(start, restart, stop));
    EXPECT_THAT(text, HasSubstr("ExecStart=/bin/two"));
    EXPECT_FALSE(is_written());
}

TEST_F(HandOver, IsPartOfThePlan) {
    const auto next = sharing("two");
    const auto plan = machine.plan_for({next});
    EXPECT_THAT(plan_text(plan, false),
                HasSubstr("  hand-over  x.service  (a stand-in of the new generation answers "
                          "while it restarts)\n  restart    x.service"));
}

TEST_F(HandOver, NothingThatRunsIsTouchedWhereTheSecondServiceDoesNotStart) {
    const auto before = machine.services.units["x.service"].invocation_id;
    machine.system.run.automatic_rollback = AutomaticRollback::disabled;
    machine.services.works = [&](const UnitJob& job) { return job != start; };
    EXPECT_THAT(change_to("bad"), HasSubstr(stand_in));
    EXPECT_THAT(machine.services.jobs, ElementsAre(start, stop));
    EXPECT_EQ(machine.services.units["x.service"].invocation_id, before);
    EXPECT_FALSE(is_written());
}

TEST_F(HandOver, TheWayBackFollowsAFailure) {
    machine.services.works = [&](const UnitJob& job) {
        return job != start || machine.body().find("bad") == std::string::npos;
    };
    EXPECT_THAT(change_to("bad"), HasSubstr("The node was rolled back to generation 1"));
    EXPECT_FALSE(is_written());
    EXPECT_EQ(machine.services.units[stand_in].active, "inactive");
}

TEST_F(HandOver, TheSecondServiceDoesNotStayWhereTheFirstDoesNotComeBack) {
    machine.system.run.automatic_rollback = AutomaticRollback::disabled;
    machine.services.works = [&](const UnitJob& job) { return job != restart; };
    EXPECT_THAT(change_to("two"), HasSubstr("x.service"));
    EXPECT_THAT(machine.services.jobs, ElementsAre(start, restart, stop));
    EXPECT_FALSE(is_written());
}

TEST_F(HandOver, TheSecondServiceDoesNotStayWhereASignalEndsTheRun) {
    machine.services.works = [&](const UnitJob& job) {
        if (job == restart) {
            throw Interrupted(SIGTERM);
        }
        return true;
    };
    EXPECT_THROW(change_to("two"), Interrupted);
    EXPECT_THAT(machine.services.jobs, ElementsAre(start, restart, stop));
    EXPECT_FALSE(is_written());
}

TEST_F(HandOver, WhatAKilledRunLeftIsEndedByTheNext) {
    auto ledger = read_ledger(machine.root());
    ledger.units = {"x.service", "y.service"};
    write_ledger(machine.root(), ledger);
    const auto path = machine.path(stand_in_path(stand_in));
    make_directories(std::filesystem::path(path).parent_path());
    write_file_atomically(path, "[Service]\n", {});
    remove_stand_ins(machine.system);
    EXPECT_THAT(machine.services.jobs, ElementsAre(stop));
    EXPECT_FALSE(is_written());
}

TEST_F(HandOver, AServiceThatDoesNotShareItsPortIsRestarted) {
    socket.reset();
    EXPECT_EQ(change_to("two"), "");
    EXPECT_THAT(machine.services.jobs, Contains(restart));
    EXPECT_THAT(machine.services.jobs, Not(Contains(start)));
}

TEST_F(HandOver, AServiceThatIsDownIsRestarted) {
    machine.services.set("x.service", "failed");
    EXPECT_EQ(change_to("two"), "");
    EXPECT_THAT(machine.services.jobs, Contains(restart));
    EXPECT_THAT(machine.services.jobs, Not(Contains(start)));
}

/// Another unit that the service comes after, as etcd.
TEST_F(HandOver, IsNotMadeBesideARestartOfWhatTheServiceComesAfter) {
    auto next = sharing("two");
    next.manifest.units = {{.name = "x.service", .component = "x", .after = {"db.service"}},
                           {.name = "db.service", .component = "db"},
                           {.name = "z.service", .component = "z"}};
    const Change hand_over{ChangeKind::hand_over, "x.service", "", {}};
    const Change x{ChangeKind::restart_unit, "x.service", "", {}};
    const Change z{ChangeKind::restart_unit, "z.service", "", {}};
    const Change db{ChangeKind::restart_unit, "db.service", "", {}};
    static_cast<void>(apply_units({hand_over, x, z}, next, machine.system));
    EXPECT_THAT(machine.services.jobs, Contains(start));
    machine.services.jobs.clear();
    runs();
    static_cast<void>(apply_units({hand_over, x, db}, next, machine.system));
    EXPECT_THAT(machine.services.jobs,
                ElementsAre(restart, UnitJob{JobKind::restart, "db.service"}));
}

} // namespace
} // namespace k8s_node
