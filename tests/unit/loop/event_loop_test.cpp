// Sources of an event loop: timers, descriptors, stops, and what callbacks may do.
#include <fcntl.h>
#include <stop_token>
#include <sys/epoll.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "loop/event_loop.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

struct Pipe {
    Pipe() {
        std::array<int, 2> fds{};
        EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
        read.reset(fds[0]);
        write.reset(fds[1]);
    }
    UniqueFd read;
    UniqueFd write;
};

TEST(EventLoop, RunsUntilItIsStoppedAndReturnsTheResult) {
    EventLoop loop;
    const auto now = loop.defer([&] { loop.stop(7); });
    EXPECT_EQ(loop.run(), 7);
}

TEST(EventLoop, AStopBeforeItsStartIsNotLost) {
    EventLoop loop;
    loop.stop(3);
    EXPECT_EQ(loop.run(), 3);
}

TEST(EventLoop, CanBeRunAgain) {
    EventLoop loop;
    for (const int result : {1, 2}) {
        const auto now = loop.defer([&] { loop.stop(result); });
        EXPECT_EQ(loop.run(), result);
    }
}

TEST(Timers, ComeInTheOrderOfTheirTimes) {
    EventLoop loop;
    std::vector<int> order;
    const auto later = loop.after(40ms, [&] { order.push_back(2); });
    const auto sooner = loop.after(1ms, [&] { order.push_back(1); });
    EXPECT_TRUE(loop.run_until([&] { return order.size() == 2; }));
    EXPECT_THAT(order, ElementsAre(1, 2));
}

TEST(Timers, AreNeverEarly) {
    EventLoop loop;
    const auto begin = EventLoop::Clock::now();
    bool fired = false;
    const auto timer = loop.after(20ms, [&] { fired = true; });
    EXPECT_TRUE(loop.run_until([&] { return fired; }));
    EXPECT_GE(EventLoop::Clock::now() - begin, 20ms);
}

TEST(Timers, RepeatUntilTheirCallbackDestroysThem) {
    EventLoop loop;
    int count = 0;
    EventSource timer;
    timer = loop.every(1ms, [&] {
        if (++count == 3) {
            timer.reset();
        }
    });
    EXPECT_FALSE(loop.run_until([] { return false; }, EventLoop::Clock::now() + 30ms));
    EXPECT_EQ(count, 3);
}

TEST(Timers, ANewOneTakesThePlaceOfTheOneThatCallsBack) {
    EventLoop loop;
    EventSource timer;
    timer = loop.after(1ms, [&] { timer = loop.after(1ms, [&] { loop.stop(5); }); });
    EXPECT_EQ(loop.run(), 5);
}

TEST(Sources, ADestroyedOneIsNotCalled) {
    EventLoop loop;
    bool called = false;
    auto first = loop.defer([&] { called = true; });
    first.reset();
    const auto second = loop.defer([&] { loop.stop(); });
    loop.run();
    EXPECT_FALSE(called);
}

TEST(Sources, MayOutliveTheirLoop) {
    EventSource source;
    {
        EventLoop loop;
        source = loop.after(1h, [] {});
    }
    source.reset();
}

/// The callback's own captures would go with the source, in the middle of it.
TEST(Sources, AreIntactInACallbackThatDestroysThem) {
    EventLoop loop;
    EventSource source;
    std::string seen;
    source = loop.defer([&, text = std::string(100, 'x')] {
        source.reset();
        seen = text;
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(seen, std::string(100, 'x'));
}

TEST(Descriptors, CallBackWhileTheyCanBeRead) {
    EventLoop loop;
    const Pipe pipe;
    ASSERT_EQ(::write(pipe.write.get(), "ab", 2), 2);
    std::string text;
    const auto source = loop.on_readable(pipe.read.get(), [&] {
        char c = '\0';
        ASSERT_EQ(::read(pipe.read.get(), &c, 1), 1);
        text += c;
    });
    EXPECT_TRUE(loop.run_until([&] { return text == "ab"; }));
    EXPECT_FALSE(loop.run_until([&] { return text != "ab"; }, EventLoop::Clock::now() + 1ms));
}

TEST(Descriptors, TellWhatHappened) {
    EventLoop loop;
    Pipe pipe;
    std::uint32_t seen = 0;
    const auto source =
        loop.on_events(pipe.write.get(), EPOLLOUT, [&](std::uint32_t events) { seen = events; });
    EXPECT_TRUE(loop.run_until([&] { return seen == EPOLLOUT; }));
    pipe.read.reset();
    EXPECT_TRUE(loop.run_until([&] { return (seen & EPOLLERR) != 0; }));
}

TEST(Descriptors, OneThatIsNotOpenIsAnError) {
    EventLoop loop;
    try {
        static_cast<void>(loop.on_readable(1'000'000, [] {}));
        FAIL() << "it was watched";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "watch a descriptor: Bad file descriptor");
    }
}

TEST(Stop, OfAnotherThreadWakesTheLoop) {
    EventLoop loop;
    std::stop_source stop;
    const auto source = loop.on_stop(stop.get_token(), [&] { loop.stop(9); });
    const std::jthread other([&] { stop.request_stop(); });
    EXPECT_EQ(loop.run(), 9);
}

TEST(Stop, RequestedBeforeIsSeen) {
    EventLoop loop;
    std::stop_source stop;
    stop.request_stop();
    int calls = 0;
    const auto source = loop.on_stop(stop.get_token(), [&] { ++calls; });
    EXPECT_FALSE(loop.run_until([] { return false; }, EventLoop::Clock::now() + 10ms));
    EXPECT_EQ(calls, 1);
}

TEST(Stop, ATokenOfNobodyIsNeverStopped) {
    EventLoop loop;
    const auto source = loop.on_stop({}, [] { FAIL(); });
    const auto now = loop.defer([&] { loop.stop(); });
    loop.run();
}

TEST(Exceptions, LeaveTheRunAndTheLoopGoesOnAfterwards) {
    EventLoop loop;
    auto source = loop.defer([] { throw Error("out of order"); });
    EXPECT_THROW(loop.run(), Error);
    source = loop.defer([&] { loop.stop(1); });
    EXPECT_EQ(loop.run(), 1);
}

TEST(Exceptions, TheFirstIsTheOneThatIsSeen) {
    EventLoop loop;
    const auto source = loop.defer([&] {
        loop.guard([] { throw Error("cause"); });
        throw Error("consequence");
    });
    try {
        loop.run();
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "cause");
    }
}

TEST(RunUntil, AsksBeforeItWaits) {
    EventLoop loop;
    EXPECT_TRUE(loop.run_until([] { return true; }));
}

TEST(RunUntil, ADeadlineThatHasPassedLeavesOneQuestion) {
    EventLoop loop;
    int asked = 0;
    const auto ask = [&] {
        ++asked;
        return false;
    };
    EXPECT_FALSE(loop.run_until(ask, EventLoop::Clock::now()));
    EXPECT_EQ(asked, 1);
}

TEST(Iterations, TheLongestIsThatOfTheSlowestCallback) {
    EventLoop loop;
    const auto source = loop.defer([&] {
        const auto until = EventLoop::Clock::now() + 5ms;
        while (EventLoop::Clock::now() < until) {
        }
        loop.stop();
    });
    loop.run();
    EXPECT_GE(loop.longest_iteration(), 5ms);
}

} // namespace
} // namespace k8s_node
