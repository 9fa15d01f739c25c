#include <thread>

#include <gmock/gmock.h>

#include "loop/task_run.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class Tasks : public testing::Test {
protected:
    /// A task that is done in the next iteration of the loop.
    Task quick(const std::string& name, std::vector<std::string> after = {}) {
        return {name, std::move(after), 1min, [this, name](TaskProgress& progress) -> Operation {
                    begun_.push_back(name);
                    return std::make_shared<EventSource>(loop_.defer([&] { progress.done(); }));
                }};
    }
    /// A task that is never done, and says why.
    Task stuck(const std::string& name, std::chrono::milliseconds deadline = 1min) {
        return {name, {}, deadline, [this, name](TaskProgress& progress) -> Operation {
                    begun_.push_back(name);
                    progress.waits_for("the end of time");
                    return std::shared_ptr<void>(
                        nullptr, [this, name](void*) { given_up_.push_back(name); });
                }};
    }
    Task failing(const std::string& name) {
        return {name, {}, 1min, [this](TaskProgress& progress) -> Operation {
                    return std::make_shared<EventSource>(loop_.defer(
                        [&] { progress.fail(std::make_exception_ptr(Error("no way"))); }));
                }};
    }
    std::string failure_of(std::vector<Task> tasks) {
        try {
            run_tasks(loop_, std::move(tasks), {});
        } catch (const Error& error) {
            return error.message();
        }
        return "none";
    }

    EventLoop loop_;
    std::vector<std::string> begun_;
    std::vector<std::string> given_up_;
};

std::vector<TaskState> states_of(const std::vector<TaskReport>& tasks) {
    std::vector<TaskState> states;
    for (const auto& task : tasks) {
        states.push_back(task.state);
    }
    return states;
}

TEST_F(Tasks, RunInTheOrderOfTheirDependencies) {
    const auto reports = run_tasks(
        loop_, {quick("last", {"middle", "first"}), quick("middle", {"first"}), quick("first")},
        {});
    EXPECT_THAT(begun_, ElementsAre("first", "middle", "last"));
    EXPECT_THAT(states_of(reports), ElementsAre(TaskState::done, TaskState::done, TaskState::done));
}

TEST_F(Tasks, RunAtOnceWhereNothingForbidsIt) {
    TaskRun run(loop_, {stuck("a"), stuck("b"), quick("c", {"a"})});
    EXPECT_THAT(begun_, ElementsAre("a", "b"));
    EXPECT_THAT(states_of(run.report()),
                ElementsAre(TaskState::running, TaskState::running, TaskState::waiting));
}

TEST_F(Tasks, MayBeDoneAtTheirBegin) {
    const Task immediate{"now", {}, 1min, [](TaskProgress& progress) -> Operation {
                             progress.done();
                             return {};
                         }};
    EXPECT_THAT(states_of(run_tasks(loop_, {immediate, quick("then", {"now"})}, {})),
                ElementsAre(TaskState::done, TaskState::done));
}

TEST_F(Tasks, TheFirstFailureIsThrownAndCancelsTheOthers) {
    EXPECT_EQ(failure_of({stuck("other"), failing("bad"), quick("next", {"bad"})}), "no way");
    EXPECT_THAT(given_up_, ElementsAre("other"));
    EXPECT_THAT(begun_, ElementsAre("other"));
}

TEST_F(Tasks, AnErrorAtTheBeginIsAFailure) {
    const Task refused{
        "refused", {}, 1min, [](TaskProgress&) -> Operation { throw Error("refused"); }};
    EXPECT_EQ(failure_of({refused, quick("other")}), "refused");
    EXPECT_THAT(begun_, testing::IsEmpty());
}

TEST_F(Tasks, ADeadlineSaysWhatWasWaitedFor) {
    EXPECT_EQ(failure_of({stuck("eternity", 5ms)}),
              "eternity is not done after 0.01 s, waiting for: the end of time");
    EXPECT_THAT(given_up_, ElementsAre("eternity"));
}

TEST_F(Tasks, AStopOfAnotherThreadCancelsThemAndTheReachedStateIsReported) {
    std::stop_source stop;
    std::jthread other;
    const Task trigger{"trigger", {"early"}, 1min, [&](TaskProgress& progress) -> Operation {
                           other = std::jthread([&] { stop.request_stop(); });
                           progress.waits_for("an answer");
                           return {};
                       }};
    const auto reports =
        run_tasks(loop_, {quick("early"), trigger, quick("late", {"trigger"})}, stop.get_token());
    EXPECT_THAT(states_of(reports),
                ElementsAre(TaskState::done, TaskState::cancelled, TaskState::waiting));
    EXPECT_EQ(reports[1].reason, "an answer");
}

TEST_F(Tasks, ACancelledOneGivesUpItsOperation) {
    TaskRun run(loop_, {stuck("a")});
    run.cancel();
    EXPECT_TRUE(run.is_over());
    EXPECT_TRUE(loop_.run_until([&] { return !given_up_.empty(); }));
}

TEST_F(Tasks, AnExceptionOfAnotherCallbackCancelsThem) {
    const auto source = loop_.defer([] { throw Error("from elsewhere"); });
    EXPECT_EQ(failure_of({stuck("a")}), "from elsewhere");
    EXPECT_THAT(given_up_, ElementsAre("a"));
}

TEST(TaskText, SaysTheStateAndTheReason) {
    EXPECT_EQ(describe({"a", TaskState::waiting, "", 0ms}), "a: not begun");
    EXPECT_EQ(describe({"a", TaskState::running, "", 12ms}), "a: running for 0.01 s");
    EXPECT_EQ(describe({"a", TaskState::running, "HTTP 500", 12ms}),
              "a: running for 0.01 s, waiting for: HTTP 500");
    EXPECT_EQ(describe({"a", TaskState::done, "HTTP 500", 12ms}), "a: done after 0.01 s");
    EXPECT_EQ(describe({"a", TaskState::failed, "", 12ms}), "a: failed after 0.01 s");
    EXPECT_EQ(describe({"a", TaskState::cancelled, "HTTP 500", 12ms}),
              "a: cancelled after 0.01 s, waiting for: HTTP 500");
}

} // namespace
} // namespace k8s_node
