#include <gmock/gmock.h>

#include "cluster_resources/pods_resource.hpp"
#include "unit/engine/running_machine.hpp"

namespace k8s_node {
namespace {

using test::RunningMachine;
using testing::HasSubstr;
using testing::IsEmpty;

/// A generation of a node that starts pods, with a runtime that nobody runs.
Generation with_pods(const std::string& body) {
    auto generation = RunningMachine::with_body(body);
    Reliance reliance;
    reliance.sandbox.socket = "/nowhere/runtime.sock";
    reliance.resolvers = {"/etc/not-there.conf"};
    generation.files["reliance.json"] = write_reliance(reliance);
    return generation;
}

bool tries_a_pod(const std::vector<Change>& changes) {
    return std::ranges::any_of(
        changes, [](const Change& change) { return change.kind == ChangeKind::start_pod; });
}

TEST(Pods, AreTriedByEveryChangeOfANodeThatRunsThem) {
    RunningMachine machine;
    EXPECT_TRUE(tries_a_pod(machine.plan_for({with_pods("one")}).changes));
    EXPECT_FALSE(tries_a_pod(machine.plan_for({RunningMachine::with_body("one")}).changes));
    machine.system.services = nullptr; // they are by the boot that comes
    EXPECT_FALSE(tries_a_pod(machine.plan_for({with_pods("one")}).changes));
}

TEST(Pods, AreTriedUntilTheyWereSeenToStart) {
    RunningMachine machine;
    const Target target{with_pods("one")};
    EXPECT_THAT(machine.go(target), HasSubstr("no pod can start on this node"));
    const auto plan = machine.plan_for(target);
    EXPECT_TRUE(tries_a_pod(plan.changes)) << "a run that failed is not taken for one that worked";
    mark_good(machine.current(), machine.system);
    EXPECT_THAT(machine.plan_for(target).changes, IsEmpty());
}

TEST(Pods, ThatDoNotStartAreAReasonToGoBack) {
    RunningMachine machine;
    ASSERT_EQ(machine.install("one"), "");
    const auto said = machine.go({with_pods("two")});
    EXPECT_THAT(said, HasSubstr("generation 2 did not become ready: no pod can start on this node: "
                                "the container runtime behind /nowhere/runtime.sock does not "
                                "respond"));
    EXPECT_THAT(said, HasSubstr("[ResolvConf] the file that pods get their name servers from"));
    EXPECT_THAT(said, HasSubstr("The node was rolled back to generation 1"));
    EXPECT_EQ(machine.current(), 1);
    EXPECT_EQ(outcome_of(machine.root(), 2), GenerationOutcome::failed);
}

TEST(Pods, OfAnOlderGenerationAreNotAskedFor) {
    const auto older = RunningMachine::with_body("one");
    EXPECT_EQ(reliance_of(older), Reliance{});
    RunningMachine machine;
    EXPECT_THAT(check_surroundings(older, machine.system), IsEmpty());
}

} // namespace
} // namespace k8s_node
