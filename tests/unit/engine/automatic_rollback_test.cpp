#include <gmock/gmock.h>

#include "engine/engine.hpp"
#include "generations/pending.hpp"
#include "support/interrupt.hpp"
#include "unit/engine/running_machine.hpp"
#include "unit_resources/stability.hpp"

namespace k8s_node {
namespace {

using test::RunningMachine;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(AutomaticRollback, LeadsToTheGenerationBeforeAndNotToTheNewest) {
    RunningMachine machine;
    for (const auto* body : {"one", "two", "three"}) {
        ASSERT_EQ(machine.install(body), "");
    }
    ASSERT_EQ(machine.go_to(1), "");
    machine.break_bodies_with("bad");
    const auto said = machine.install("bad");
    EXPECT_THAT(said, HasSubstr("generation 4 did not become ready"));
    EXPECT_THAT(said, HasSubstr("The node was rolled back to generation 1"));
    EXPECT_EQ(machine.current(), 1);
    EXPECT_EQ(outcome_of(machine.root(), 4), GenerationOutcome::failed);
    EXPECT_EQ(read_record(machine.root(), 4)->previous, 1);
}

TEST(AutomaticRollback, IsKnownToTheRunAfterAKill) {
    RunningMachine machine;
    for (const auto* body : {"one", "two"}) {
        ASSERT_EQ(machine.install(body), "");
    }
    ASSERT_EQ(machine.go_to(1), "");
    const auto bad = RunningMachine::with_body("bad");
    const auto current = read_current_generation(machine.root());
    const auto plan = machine.plan_for({bad});
    prepare_switch(plan, {bad}, machine.system);
    switch_generation(plan, {bad}, current, machine.system); // killed here
    ASSERT_EQ(machine.current(), 3);
    machine.break_bodies_with("bad");
    EXPECT_THAT(machine.install("bad"), HasSubstr("The node was rolled back to generation 1"));
}

TEST(AutomaticRollback, PassesOverWhatCannotBeUsed) {
    RunningMachine machine;
    for (const auto* body : {"one", "two"}) {
        ASSERT_EQ(machine.install(body), "");
    }
    write_file_atomically(machine.path("/etc/k8s-node/generations/2/units/x.service"),
                          "[Service]\nExecStart=/bin/edited\n", {});
    machine.break_bodies_with("bad");
    const auto said = machine.install("bad");
    EXPECT_THAT(said, HasSubstr("generation 2 cannot be rolled back to: generation 2 was "
                                "modified: units/x.service was edited"));
    EXPECT_EQ(machine.current(), 1);
}

TEST(AutomaticRollback, IsNotTakenWhereNoneCanBeUsed) {
    RunningMachine machine;
    ASSERT_EQ(machine.install("one"), "");
    std::filesystem::remove(machine.path("/etc/k8s-node/generations/1/manifest.json"));
    machine.break_bodies_with("bad");
    const auto said = machine.install("bad");
    EXPECT_THAT(said,
                HasSubstr("There is no good generation to roll back to, so it stays current"));
    EXPECT_THAT(said, HasSubstr("generation 1 cannot be rolled back to"));
    EXPECT_EQ(machine.current(), 2);
}

TEST(AutomaticRollback, LeavesAnOldGenerationThatDoesNotStartAnyMore) {
    RunningMachine machine;
    for (const auto* body : {"one", "two"}) {
        ASSERT_EQ(machine.install(body), "");
    }
    machine.break_bodies_with("one");
    EXPECT_THAT(machine.go_to(1), HasSubstr("The node was rolled back to generation 2"));
    EXPECT_EQ(machine.current(), 2);
    EXPECT_EQ(outcome_of(machine.root(), 1), GenerationOutcome::good);
    EXPECT_TRUE(machine.services.unit_state("x.service").is_active());
}

TEST(AutomaticRollback, IsTakenAfterAnyExceptionToo) {
    RunningMachine machine;
    ASSERT_EQ(machine.install("one"), "");
    bool first = true;
    machine.services.on_reload = [&] {
        if (std::exchange(first, false)) {
            throw std::runtime_error("no more files");
        }
    };
    EXPECT_THAT(machine.install("two"), HasSubstr("no more files"));
    EXPECT_EQ(machine.current(), 1);
}

TEST(AutomaticRollback, IsNotTakenWhenASignalEndsTheRun) {
    RunningMachine machine;
    ASSERT_EQ(machine.install("one"), "");
    machine.services.on_reload = [] { throw Interrupted(SIGTERM); };
    EXPECT_THROW(static_cast<void>(machine.install("two")), Interrupted);
    EXPECT_EQ(machine.current(), 2);
    EXPECT_NE(outcome_of(machine.root(), 2), GenerationOutcome::failed);
    machine.services.on_reload = [] {};
    EXPECT_EQ(machine.install("two"), "") << "the same command finishes it";
    EXPECT_EQ(machine.current(), 2);
}

TEST(AutomaticRollback, RestartsAServiceThatSystemdIsAboutToStartWithTheBadBody) {
    RunningMachine machine;
    ASSERT_EQ(machine.install("one"), "");
    machine.services.works = [&](const UnitJob& job) {
        const bool bad = job.unit == "x.service" && machine.body().find("bad") != std::string::npos;
        if (!bad && job.unit == "x.service") {
            // Joining the start that is under way would run the bad one.
            EXPECT_EQ(job.kind, JobKind::restart);
        }
        return !bad;
    };
    EXPECT_THAT(machine.install("bad"), HasSubstr("The node was rolled back to generation 1"));
}

TEST(Units, ThatAreDownAndWereThereAreRestartedForANewConfiguration) {
    RunningMachine machine;
    ASSERT_EQ(machine.install("one"), "");
    const auto next = RunningMachine::with_body("two");
    machine.services.set("x.service", "inactive", /*job=*/7);
    const auto queued = machine.plan_for({next}).of(ChangeKind::restart_unit);
    ASSERT_EQ(queued.size(), 1U);
    EXPECT_EQ(queued[0].why, "is inactive; its unit changes");
    machine.services.set("x.service", "failed");
    EXPECT_EQ(machine.plan_for({next}).of(ChangeKind::restart_unit).size(), 1U);
}

TEST(Units, ThatAreNewAreStarted) {
    RunningMachine machine;
    const auto first = RunningMachine::with_body("one");
    const auto changes = machine.plan_for({first}).of(ChangeKind::start_unit);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].object, "x.service");
    EXPECT_EQ(changes[0].why, "is new");
}

TEST(Stability, SeesACrashBetweenTwoWatches) {
    RunningMachine machine;
    ASSERT_EQ(machine.install("one"), "");
    machine.services.on_watch = [&] { machine.services.start("x.service"); };
    EXPECT_THAT(machine.install("two"),
                HasSubstr("x.service did not stay up after its start: it was restarted"));
}

TEST(Stability, WantsAServiceToBeReadyInTheEndToo) {
    RunningMachine machine;
    auto generation = RunningMachine::with_body("one");
    generation.manifest.units[0].ready = Probe::parse("unix:///nobody/listens.sock");
    machine.services.start("x.service");
    const auto starts = starts_of({"x.service"}, machine.system);
    try {
        watch_starts(starts, generation, machine.system.run.stable_for, machine.system,
                     std::chrono::milliseconds(1));
        FAIL() << "nobody answers";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("unix:///nobody/listens.sock: not ready"));
    }
}

TEST(Debts, AreNoneAfterADownloadThatFailed) {
    RunningMachine machine;
    ASSERT_EQ(machine.install("one"), "");
    const auto next = RunningMachine::with_body("two");
    const NodeSpec spec;
    CheckedPlan checked;
    checked.current = read_current_generation(machine.root());
    checked.plan = machine.plan_for({next});
    ASSERT_FALSE(checked.plan.of(ChangeKind::restart_unit).empty());
    EXPECT_THROW(static_cast<void>(execute(checked, {spec, next}, machine.system,
                                           [] { throw Error("the mirror is gone"); })),
                 Error);
    EXPECT_THAT(read_pending(machine.root()), IsEmpty());
}

TEST(Debts, AreThoseOfUnitsWhoseKeysWereReplaced) {
    RunningMachine machine;
    auto generation = RunningMachine::with_body("one");
    generation.manifest.units[0].inputs = {{"/etc/kubernetes/pki/a.key", ""}};
    ASSERT_EQ(machine.go({generation}), "");
    const NodeSpec spec;
    CheckedPlan checked;
    checked.current = generation;
    checked.replaced_paths = {"/etc/kubernetes/pki/a.key"};
    EXPECT_THROW(static_cast<void>(execute(checked, {spec, generation}, machine.system,
                                           [] { throw Error("the mirror is gone"); })),
                 Error);
    EXPECT_THAT(read_pending(machine.root()), Contains("x.service"));
    EXPECT_THAT(read_pending(machine.root()), Not(Contains(pending_reload)));
}

} // namespace
} // namespace k8s_node
