// Signals are the whole process' matter, so a child process takes them.
#pragma once

#include <csignal>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/interrupt.hpp"

namespace k8s_node::test {

/// Returns how a child ends (waitpid(2)) that runs `body`: 0 if that went well.
template <typename Body>
int end_of_child(Body body) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        body();
        ::_exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    int status = -1;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return status;
}

inline void wait_for_interrupt() {
    pollfd raised{interrupt_fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&raised, 1, 10'000), 1);
}

/// Runs `body` in a child that a signal has asked to end; expects that it throws Interrupted.
template <typename Body>
void expect_interrupted(Body body) {
    EXPECT_EQ(end_of_child([&] {
                  const InterruptWatch watch;
                  ::kill(::getpid(), SIGINT);
                  wait_for_interrupt();
                  EXPECT_THROW(body(), Interrupted);
              }),
              0);
}

} // namespace k8s_node::test
