#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

void until_stopped(const std::stop_token& stop) {
    pause_until(std::chrono::steady_clock::now() + std::chrono::minutes(5), stop);
}

TEST(BesideUnits, AUnitThatFailsAgainAndAgainEndsTheWait) {
    RunningMachine machine;
    machine.services.failing = crash_loop();
    bool stopped = false;
    try {
        wait_beside_units(
            RunningMachine::with_body("x"), machine.system,
            [&](const std::stop_token& stop) {
                until_stopped(stop);
                stopped = stop.stop_requested();
            },
            [] { return false; });
        FAIL() << "did not throw";
    } catch (const UnitError& error) {
        EXPECT_THAT(error.message(), HasSubstr("x.service fails repeatedly (3 times"));
        EXPECT_THAT(error.message(), HasSubstr("it says: no such flag"));
    }
    EXPECT_TRUE(stopped);
}

TEST(BesideUnits, AFailureThatTheWaitIsForTheCureOfDoesNotCount) {
    RunningMachine machine;
    machine.services.failing = crash_loop();
    std::atomic<bool> seen = false;
    EXPECT_NO_THROW(wait_beside_units(
        RunningMachine::with_body("x"), machine.system,
        [&](const std::stop_token& /*stop*/) { seen.wait(false); },
        [&] {
            seen = true;
            seen.notify_all();
            return true;
        }));
}

TEST(BesideUnits, WhatTheWaitThrowsIsThrown) {
    RunningMachine machine;
    EXPECT_THROW(wait_beside_units(
                     RunningMachine::with_body("x"), machine.system,
                     [](const std::stop_token& /*stop*/) { throw Error("not Ready"); },
                     [] { return false; }),
                 Error);
}

} // namespace
} // namespace k8s_node
