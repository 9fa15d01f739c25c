#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/interrupt.hpp"
#include "unit/engine/running_machine.hpp"
#include "unit_resources/beside_units.hpp"

namespace k8s_node {
namespace {

using test::RunningMachine;
using testing::HasSubstr;

UnitFailure crash_loop() {
    UnitFailure failure;
    failure.job = {{JobKind::start, "x.service"}, JobResult::failing, "failing", {}};
    failure.service_result = "exit-code";
    failure.reason = "no such flag";
    failure.restarts = 3;
    return failure;
}

TEST(BesideUnits, AUnitThatFailsAgainAndAgainEndsTheWait) {
    RunningMachine machine;
    machine.services.failing = crash_loop();
    bool cancelled = false;
    try {
        wait_beside_units(
            RunningMachine::with_body("x"), machine.system,
            [&] {
                try {
                    machine.system.loop.run_until([] { return false; });
                } catch (const Cancelled&) {
                    cancelled = true;
                    throw;
                }
            },
            [] { return false; });
        FAIL() << "did not throw";
    } catch (const UnitError& error) {
        EXPECT_THAT(error.message(), HasSubstr("x.service fails repeatedly (3 times"));
        EXPECT_THAT(error.message(), HasSubstr("it says: no such flag"));
    }
    EXPECT_TRUE(cancelled);
}

TEST(BesideUnits, AFailureThatTheWaitIsForTheCureOfDoesNotCount) {
    RunningMachine machine;
    machine.services.failing = crash_loop();
    bool seen = false;
    EXPECT_NO_THROW(wait_beside_units(
        RunningMachine::with_body("x"), machine.system,
        [&] { machine.system.loop.run_until([&] { return seen; }); },
        [&] {
            seen = true;
            return true;
        }));
    EXPECT_TRUE(seen);
}

TEST(BesideUnits, WhatTheWaitThrowsIsThrown) {
    RunningMachine machine;
    EXPECT_THROW(wait_beside_units(
                     RunningMachine::with_body("x"), machine.system,
                     [] { throw Error("not Ready"); }, [] { return false; }),
                 Error);
}

} // namespace
} // namespace k8s_node
