#include <cstdlib>

#include <gmock/gmock.h>

#include "engine/wait_until_settled.hpp"
#include "generations/pending.hpp"
#include "node/release_checks.hpp"
#include "unit/engine/running_machine.hpp"

namespace k8s_node {
namespace {

using test::RunningMachine;
using testing::HasSubstr;

class Health : public testing::Test {
protected:
    Health() {
        ::unsetenv("CREDENTIALS_DIRECTORY");
        options_.root = machine_.root();
    }

    std::optional<Finding> finding() {
        const auto current = read_current_generation(machine_.root());
        for (const auto& found :
             check_release_change(options_, node_, current, Drain::no, machine_.system).findings) {
            if (found.name == "NodeHealth") {
                return found;
            }
        }
        return std::nullopt;
    }

    RunningMachine machine_;
    NodeOptions options_;
    DesiredNode node_;
};

TEST_F(Health, OfWhatWorkedIsAskedForBeforeAnotherRelease) {
    ASSERT_EQ(machine_.install("one"), "");
    EXPECT_FALSE(finding());
    machine_.services.set("x.service", "failed");
    const auto found = finding();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->severity, Severity::error);
    EXPECT_THAT(found->hint, HasSubstr("k8s-node-install rollback 1"));
}

TEST_F(Health, OfWhatNeverWorkedIsNoReasonToKeepIt) {
    machine_.break_bodies_with("bad");
    ASSERT_NE(machine_.install("bad"), "");
    ASSERT_EQ(machine_.current(), 1);
    const auto found = finding();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->severity, Severity::warning);
}

TEST_F(Health, OfANodeThatWasKilledOnItsWayBackIsBroughtAboutFirst) {
    ASSERT_EQ(machine_.install("one"), "");
    machine_.services.set("x.service", "failed");
    write_pending(machine_.root(), {"x.service", pending_reload});
    EXPECT_TRUE(wait_until_settled(read_current_generation(machine_.root()), machine_.system));
    EXPECT_TRUE(machine_.services.unit_state("x.service").is_active());
    EXPECT_TRUE(read_pending(machine_.root()).empty());
    EXPECT_FALSE(finding());
}

TEST_F(Health, OfANodeThatComesUpIsWaitedFor) {
    ASSERT_EQ(machine_.install("one"), "");
    machine_.services.set("x.service", "inactive", /*job=*/3);
    EXPECT_TRUE(wait_until_settled(read_current_generation(machine_.root()), machine_.system));
    EXPECT_EQ(machine_.services.jobs.back(), (UnitJob{JobKind::start, "x.service"}));
    EXPECT_FALSE(wait_until_settled(read_current_generation(machine_.root()), machine_.system));
}

} // namespace
} // namespace k8s_node
