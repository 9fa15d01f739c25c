#include <csignal>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "support/interrupt.hpp"
#include "support/program.hpp"
#include "unit/support/interrupted_child.hpp"

namespace k8s_node {
namespace {

using test::end_of_child;
using test::wait_for_interrupt;

TEST(Interrupt, TheFirstSignalIsARequest) {
    EXPECT_EQ(end_of_child([] {
                  const InterruptWatch watch;
                  throw_if_interrupted();
                  EXPECT_FALSE(interrupt_token().stop_requested());
                  ::kill(::getpid(), SIGTERM);
                  wait_for_interrupt();
                  EXPECT_EQ(interrupt_signal(), SIGTERM);
                  try {
                      throw_if_interrupted();
                      ADD_FAILURE() << "it went on";
                  } catch (const Interrupted& interrupted) {
                      EXPECT_STREQ(interrupted.what(), "interrupted by SIGTERM");
                  }
              }),
              0);
}

TEST(Interrupt, EndsTheWaitForAProgramThatDoesNotEnd) {
    EXPECT_EQ(end_of_child([] {
                  const InterruptWatch watch;
                  const std::jthread later([] { ::kill(::getpid(), SIGINT); });
                  EXPECT_THROW(
                      static_cast<void>(run_program({"sleep", "300"}, {}, std::chrono::minutes(5))),
                      Interrupted);
              }),
              0);
}

TEST(Interrupt, LetsAProgramFinishThatIsAboutTo) {
    const auto finishes = [] {
        return end_of_child([] {
                   const InterruptWatch watch;
                   ::kill(::getpid(), SIGINT);
                   wait_for_interrupt();
                   ::_exit(run_program({"true"}).status);
               }) == 0;
    };
    int attempts = 1;
    while (!finishes() && attempts < 50) { // other programs may have the processors
        ++attempts;
    }
    EXPECT_LT(attempts, 50);
}

TEST(StopDescriptor, CanBeReadOnceAStopIsRequested) {
    std::stop_source stop;
    const StopDescriptor stopped(stop.get_token());
    pollfd raised{stopped.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&raised, 1, 0), 0);
    stop.request_stop();
    EXPECT_EQ(::poll(&raised, 1, 0), 1);
}

TEST(Interrupt, TheSecondSignalEndsTheProcess) {
    const int status = end_of_child([] {
        const InterruptWatch watch;
        ::kill(::getpid(), SIGTERM);
        wait_for_interrupt();
        ::kill(::getpid(), SIGINT);
        ::poll(nullptr, 0, 10'000);
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(Interrupt, CutsOffWhatDoesNotHearIt) {
    const int status = end_of_child([] {
        const InterruptWatch watch;
        ::kill(::getpid(), SIGTERM);
        ::poll(nullptr, 0, 60'000);
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

TEST(Interrupt, LeavesATimeForWhatCleansUp) {
    EXPECT_EQ(end_of_child([] {
                  const auto before = std::chrono::steady_clock::now();
                  const InterruptWatch watch;
                  EXPECT_EQ(end_of_grace(), std::chrono::steady_clock::time_point::max());
                  ::kill(::getpid(), SIGINT);
                  wait_for_interrupt();
                  EXPECT_GT(end_of_grace(), before);
                  EXPECT_LT(end_of_grace(),
                            std::chrono::steady_clock::now() + std::chrono::milliseconds(100));
              }),
              0);
}

TEST(Interrupt, WhatIsIgnoredStaysSo) {
    EXPECT_EQ(end_of_child([] {
                  std::signal(SIGHUP, SIG_IGN);
                  const InterruptWatch watch;
                  ::kill(::getpid(), SIGHUP);
                  ::kill(::getpid(), SIGINT);
                  wait_for_interrupt();
                  EXPECT_EQ(interrupt_signal(), SIGINT);
              }),
              0);
}

TEST(Interrupt, WithoutAWatchNothingIsToBeWaitedFor) {
    EXPECT_EQ(interrupt_fd(), -1);
    EXPECT_EQ(interrupt_signal(), 0);
}

/// A blocked or ignored signal would be inherited, and the program never end.
TEST(Interrupt, ProgramsThatAreRunTakeSignalsAsUsual) {
    EXPECT_EQ(
        end_of_child([] {
            std::signal(SIGPIPE, SIG_IGN);
            const InterruptWatch watch;
            EXPECT_EQ(run_program({"sh", "-c", "kill -TERM $$; exit 1"}).status, 128 + SIGTERM);
            EXPECT_EQ(run_program({"sh", "-c", "kill -PIPE $$; exit 1"}).status, 128 + SIGPIPE);
        }),
        0);
}

} // namespace
} // namespace k8s_node
