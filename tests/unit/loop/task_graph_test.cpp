#include <gmock/gmock.h>

#include "loop/task_graph.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Two that depend on nothing, one that depends on both, and one that depends on that.
TaskGraph graph() {
    return TaskGraph({{"d", {"c"}}, {"a", {}}, {"b", {}}, {"c", {"a", "b"}}});
}
constexpr std::size_t d = 0;
constexpr std::size_t a = 1;
constexpr std::size_t b = 2;
constexpr std::size_t c = 3;

std::string refusal(const std::vector<TaskNode>& tasks) {
    try {
        static_cast<void>(TaskGraph(tasks));
    } catch (const Error& error) {
        return error.message();
    }
    return "accepted";
}

TEST(TaskGraph, ATaskIsReadyWhenThoseBeforeItAreDone) {
    auto tasks = graph();
    EXPECT_THAT(tasks.ready(), ElementsAre(a, b));
    tasks.begin(a);
    EXPECT_THAT(tasks.ready(), ElementsAre(b));
    tasks.begin(b);
    tasks.finish(b);
    EXPECT_THAT(tasks.ready(), IsEmpty());
    EXPECT_FALSE(tasks.is_over());
    tasks.finish(a);
    EXPECT_THAT(tasks.ready(), ElementsAre(c));
    tasks.begin(c);
    tasks.finish(c);
    tasks.begin(d);
    EXPECT_FALSE(tasks.is_over());
    tasks.finish(d);
    EXPECT_TRUE(tasks.is_over());
}

TEST(TaskGraph, TheFirstFailureCancelsWhatRunsAndBeginsNothing) {
    auto tasks = graph();
    tasks.begin(a);
    tasks.begin(b);
    tasks.fail(a);
    EXPECT_EQ(tasks.state(a), TaskState::failed);
    EXPECT_EQ(tasks.state(b), TaskState::cancelled);
    EXPECT_EQ(tasks.state(c), TaskState::waiting);
    EXPECT_TRUE(tasks.is_over());
}

TEST(TaskGraph, ACancelLeavesWhatIsDone) {
    auto tasks = graph();
    tasks.begin(a);
    tasks.finish(a);
    tasks.begin(b);
    tasks.cancel();
    EXPECT_EQ(tasks.state(a), TaskState::done);
    EXPECT_EQ(tasks.state(b), TaskState::cancelled);
    EXPECT_THAT(tasks.ready(), IsEmpty());
    EXPECT_TRUE(tasks.is_over());
}

TEST(TaskGraph, OfNothingIsOver) {
    EXPECT_TRUE(TaskGraph({}).is_over());
}

TEST(TaskGraph, WhatCannotRunIsRefused) {
    EXPECT_EQ(refusal({{"a", {}}, {"a", {}}}), "there are two tasks a");
    EXPECT_EQ(refusal({{"a", {"x"}}}), "the task a is after x, which is no task");
    EXPECT_THAT(refusal({{"a", {}}, {"b", {"a", "c"}}, {"c", {"b"}}}),
                testing::StartsWith("the task b would never begin"));
    EXPECT_THAT(refusal({{"a", {"a"}}}), testing::StartsWith("the task a would never begin"));
}

} // namespace
} // namespace k8s_node
