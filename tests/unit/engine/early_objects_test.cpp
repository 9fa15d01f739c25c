#include <gtest/gtest.h>

#include "engine/early_objects.hpp"
#include "unit/engine/bare_machine.hpp"

namespace k8s_node {
namespace {

/// A node whose objects can never be applied: there is no kubeconfig.
Generation generation_without_access() {
    Generation generation;
    generation.manifest.cluster.admin_kubeconfig = "/etc/kubernetes/super-admin.conf";
    generation.manifest.provided.api_server.emplace();
    return generation;
}

Plan plan_of(std::vector<Change> changes) {
    Plan plan;
    plan.changes = std::move(changes);
    return plan;
}

const Change object = {ChangeKind::apply_object, "ClusterRole/a", "is missing", {}};
const Change unit = {ChangeKind::start_unit, "a.service", "is new", {}};

TEST(EarlyObjects, WhatCannotBeAppliedIsTriedUntilTheUnitsAreUpAndIsNoError) {
    test::BareMachine machine;
    const auto next = generation_without_access();
    const auto plan = plan_of({unit, object});
    EarlyObjects objects(plan, next, machine.system);
    EXPECT_FALSE(objects.finish());
}

TEST(EarlyObjects, NothingIsTriedWhereNoUnitStarts) {
    test::BareMachine machine;
    const auto next = generation_without_access();
    const auto plan = plan_of({object});
    EarlyObjects objects(plan, next, machine.system);
    EXPECT_FALSE(objects.finish());
}

TEST(EarlyObjects, AFailureOfTheUnitsEndsTheAttempts) {
    test::BareMachine machine;
    const auto next = generation_without_access();
    const auto plan = plan_of({unit, object});
    EXPECT_THROW(
        {
            const EarlyObjects objects(plan, next, machine.system);
            throw Error("a unit did not start");
        },
        Error);
}

} // namespace
} // namespace k8s_node
