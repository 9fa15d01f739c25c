#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "loop/background.hpp"
#include "loop/worker.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;

/// Work that goes on until it is told to stop.
void until_stopped(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::this_thread::yield();
    }
    throw Cancelled();
}

TEST(Worker, TellsTheLoopOfItsEnd) {
    EventLoop loop;
    std::thread::id there;
    Worker worker(loop, [&](const std::stop_token&) { there = std::this_thread::get_id(); });
    EXPECT_FALSE(worker.has_ended()) << "the loop has not heard of it";
    worker.finish();
    EXPECT_TRUE(worker.has_ended());
    EXPECT_NE(there, std::this_thread::get_id());
}

TEST(Worker, ThrowsWhatTheWorkThrewOnce) {
    EventLoop loop;
    Worker worker(loop, [](const std::stop_token&) { throw Error("of the work"); });
    EXPECT_THROW(worker.finish(), Error);
    worker.finish();
}

TEST(Worker, TheLoopGoesOnMeanwhile) {
    EventLoop loop;
    std::atomic<bool> enough = false;
    int calls = 0;
    const auto timer = loop.every(1ms, [&] { enough = ++calls >= 3; });
    run_in_worker(loop, [&](const std::stop_token&) {
        while (!enough) {
            std::this_thread::yield();
        }
    });
    EXPECT_GE(calls, 3);
}

TEST(Worker, IsToldToStopWhenItIsGivenUp) {
    EventLoop loop;
    const Worker worker(loop, until_stopped);
}

TEST(Worker, IsToldToStopWhenWhoeverWaitsForItIs) {
    std::stop_source end;
    EventLoop loop(end.get_token());
    const auto later = loop.after(1ms, [&] { end.request_stop(); });
    EXPECT_THROW(run_in_worker(loop, until_stopped), Interrupted);
    EventLoop other;
    Background background(other, [&] { run_in_worker(other, until_stopped); });
    background.cancel();
    EXPECT_THROW(background.finish(), Cancelled);
}

TEST(Worker, SeveralWorkBesideEachOther) {
    EventLoop loop;
    std::atomic<int> met = 0;
    const auto meet = [&](const std::stop_token& stop) {
        ++met;
        while (met < 2 && !stop.stop_requested()) {
            std::this_thread::yield();
        }
    };
    Worker one(loop, meet);
    Worker other(loop, meet);
    one.finish();
    other.finish();
    EXPECT_EQ(met, 2);
}

} // namespace
} // namespace k8s_node
