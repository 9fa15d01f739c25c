#include <gtest/gtest.h>

#include "systemd/unit_condition.hpp"

namespace k8s_node {
namespace {

const UnitCondition running{.unit = "x.service",
                            .active = "active",
                            .sub = "running",
                            .result = "success",
                            .job = 0,
                            .restarts = 2,
                            .entered_us = 70};

TEST(UnitCondition, OnlyWhatHasChangedChanges) {
    PropertyMap changed;
    changed.set("SubState", std::string("exited"));
    changed.set("StatusText", std::string("of no interest"));
    auto expected = running;
    expected.sub = "exited";
    EXPECT_EQ(updated(running, changed), expected);
    EXPECT_EQ(updated(running, {}), running);
}

TEST(UnitCondition, EveryPartIsTaken) {
    PropertyMap changed;
    changed.set("ActiveState", std::string("failed"));
    changed.set("SubState", std::string("failed"));
    changed.set("Result", std::string("exit-code"));
    changed.set("Job", std::uint64_t{12});
    changed.set("NRestarts", std::uint64_t{3});
    changed.set("StateChangeTimestampMonotonic", std::uint64_t{71});
    EXPECT_EQ(updated(running, changed), (UnitCondition{.unit = "x.service",
                                                        .active = "failed",
                                                        .sub = "failed",
                                                        .result = "exit-code",
                                                        .job = 12,
                                                        .restarts = 3,
                                                        .entered_us = 71}));
}

TEST(UnitCondition, ARestartWithinOneSignalIsAChange) {
    PropertyMap changed;
    changed.set("ActiveState", std::string("active"));
    changed.set("StateChangeTimestampMonotonic", std::uint64_t{99});
    EXPECT_NE(updated(running, changed), running);
}

} // namespace
} // namespace k8s_node
