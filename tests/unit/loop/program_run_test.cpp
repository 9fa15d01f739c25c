#include <csignal>
#include <unistd.h>

#include <gmock/gmock.h>

#include "loop/program_run.hpp"
#include "support/error.hpp"
#include "support/process_wait.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;

class ProgramOnLoop : public testing::Test {
protected:
    ProgramRun::Observer observer() {
        return {[this](ProgramResult result) { result_ = std::move(result); },
                [this](std::exception_ptr failure) { failure_ = std::move(failure); }};
    }
    void run() {
        loop_.run_until([this] { return result_ || failure_; });
    }

    EventLoop loop_;
    std::optional<ProgramResult> result_;
    std::exception_ptr failure_;
};

TEST_F(ProgramOnLoop, ItsOutputAndStatusAreTheResult) {
    const ProgramRun program(loop_, {"sh", "-c", "cat; echo bad >&2; exit 3"}, "in", 1min,
                             observer());
    run();
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->status, 3);
    EXPECT_EQ(result_->output, "in");
    EXPECT_EQ(result_->errors, "bad\n");
}

TEST_F(ProgramOnLoop, ASignalThatEndedItIsInItsStatus) {
    const ProgramRun program(loop_, {"sh", "-c", "kill -TERM $$"}, {}, 1min, observer());
    run();
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->status, 128 + SIGTERM);
}

TEST_F(ProgramOnLoop, AtItsDeadlineItIsAFailure) {
    const ProgramRun program(loop_, {"sleep", "300"}, {}, 1ms, observer());
    run();
    ASSERT_TRUE(failure_);
    EXPECT_THROW(std::rethrow_exception(failure_), Error);
    EXPECT_FALSE(result_);
}

TEST_F(ProgramOnLoop, MayBeDestroyedByItsObserver) {
    std::unique_ptr<ProgramRun> program;
    auto watch = observer();
    watch.ended = [&](ProgramResult result) {
        program.reset();
        result_ = std::move(result);
    };
    program = std::make_unique<ProgramRun>(loop_, std::vector<std::string>{"true"}, "", 1min,
                                           std::move(watch));
    run();
    EXPECT_EQ(result_->status, 0);
}

TEST(SpawnedProgram, IsKilledUnlessItsResultWasTaken) {
    UniqueFd process;
    {
        const SpawnedProgram program({"sleep", "300"});
        process.reset(::dup(program.process().get()));
        EXPECT_EQ(wait_for_process(process, EventLoop::Clock::now(), -1), ProcessWait::timed_out);
    }
    EXPECT_EQ(wait_for_process(process, EventLoop::Clock::now() + 1min, -1), ProcessWait::ended);
}

TEST_F(ProgramOnLoop, OneThatDoesNotExistCannotBeRun) {
    EXPECT_THROW(ProgramRun(loop_, {"/no/such/program"}, {}, 1min, observer()), Error);
}

TEST_F(ProgramOnLoop, ManyRunAtOnce) {
    std::vector<std::unique_ptr<ProgramRun>> programs;
    int ended = 0;
    for (int i = 0; i < 5; ++i) {
        programs.push_back(std::make_unique<ProgramRun>(
            loop_, std::vector<std::string>{"cat"}, std::to_string(i), 1min,
            ProgramRun::Observer{[&ended, i](const ProgramResult& result) {
                                     EXPECT_EQ(result.output, std::to_string(i));
                                     ++ended;
                                 },
                                 nullptr}));
    }
    EXPECT_TRUE(loop_.run_until([&] { return ended == 5; }));
}

} // namespace
} // namespace k8s_node
