// Signals, an interrupt of the run, and systemd's watchdog: what belongs to a whole process, and is
// tested in one of its own.
#include <csignal>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "loop/event_loop.hpp"
#include "loop/signal_block.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;

template <typename Body>
int end_of_child(Body body) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        body();
        ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = -1;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return status;
}

TEST(LoopSignals, AreTakenByTheLoop) {
    EXPECT_EQ(end_of_child([] {
                  const SignalBlock block{SIGINT, SIGTERM};
                  EventLoop loop;
                  const auto interrupt = loop.on_signal(SIGINT, [&] { loop.stop(SIGINT); });
                  const auto end = loop.on_signal(SIGTERM, [&] { loop.stop(SIGTERM); });
                  const std::jthread other([] { ::kill(::getpid(), SIGTERM); });
                  EXPECT_EQ(loop.run(), SIGTERM);
              }),
              0);
}

TEST(LoopSignals, OneThatIsNotBlockedIsAnError) {
    EXPECT_EQ(end_of_child([] {
                  EventLoop loop;
                  EXPECT_THROW(static_cast<void>(loop.on_signal(SIGUSR1, [] {})), Error);
              }),
              0);
}

TEST(SignalBlock, EndsWithItsScope) {
    EXPECT_EQ(end_of_child([] {
                  { const SignalBlock block{SIGUSR1}; }
                  sigset_t blocked;
                  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
                  EXPECT_EQ(sigismember(&blocked, SIGUSR1), 0);
              }),
              0);
}

TEST(LoopOfAVerb, ASignalToTheRunEndsItsWaits) {
    EXPECT_EQ(end_of_child([] {
                  const InterruptWatch watch;
                  EventLoop loop(interrupt_token());
                  const std::jthread other([] { ::kill(::getpid(), SIGINT); });
                  EXPECT_THROW(loop.run_until([] { return false; }), Interrupted);
                  EXPECT_THROW(loop.throw_if_to_end(), Interrupted);
              }),
              0);
}

TEST(LoopOfAVerb, WhatCleansUpMayWaitAMomentLonger) {
    EXPECT_EQ(end_of_child([] {
                  const InterruptWatch watch;
                  EventLoop loop(interrupt_token());
                  ::kill(::getpid(), SIGINT);
                  EXPECT_THROW(loop.run_until([] { return false; }), Interrupted);
                  EXPECT_THROW(loop.run_until([] { return false; },
                                              EventLoop::Clock::time_point::max(),
                                              AtSignal::use_the_grace),
                               Interrupted);
                  EXPECT_GE(EventLoop::Clock::now(), end_of_grace());
              }),
              0);
}

class Watchdog : public testing::Test {
protected:
    Watchdog() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const auto path = (directory_.path() / "notify").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
        ::setenv("WATCHDOG_USEC", "10000", 1);
    }
    ~Watchdog() override {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
    }

    test::TemporaryDirectory directory_;
    UniqueFd socket_;
};

TEST_F(Watchdog, IsNotifiedWhileTheLoopRuns) {
    EventLoop loop;
    EXPECT_TRUE(loop.notify_watchdog());
    std::vector<std::string> messages;
    const auto source = loop.on_readable(socket_.get(), [&] {
        std::string text(100, '\0');
        text.resize(static_cast<std::size_t>(
            std::max<ssize_t>(::recv(socket_.get(), text.data(), text.size(), 0), 0)));
        messages.push_back(text);
    });
    EXPECT_TRUE(loop.run_until([&] { return messages.size() == 3; }));
    EXPECT_EQ(messages, std::vector<std::string>(3, "WATCHDOG=1"));
}

TEST(WithoutWatchdog, NothingIsNotified) {
    EventLoop loop;
    EXPECT_FALSE(loop.notify_watchdog());
}

} // namespace
} // namespace k8s_node
