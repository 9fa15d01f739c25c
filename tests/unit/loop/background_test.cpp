#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/background.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto never = EventLoop::Clock::time_point::max();

class BackgroundTest : public testing::Test {
protected:
    void wait(const bool& is_done) {
        loop_.run_until([&] { return is_done; });
    }

    EventLoop loop_;
    std::string told_;
    bool first_ = false;
    bool second_ = false;
};

TEST_F(BackgroundTest, RunsToItsFirstWaitAndGoesOnWhileSomebodyElseWaits) {
    Background background(loop_, [&] {
        told_ += "a";
        wait(first_);
        told_ += "c";
        second_ = true;
    });
    told_ += "b";
    first_ = true;
    EXPECT_EQ(told_, "ab") << "nobody waits yet";
    wait(second_);
    EXPECT_EQ(told_, "abc");
    EXPECT_TRUE(background.has_ended());
}

TEST_F(BackgroundTest, WhatDoesNotWaitHasEndedAtOnce) {
    const Background background(loop_, [&] { told_ = "done"; });
    EXPECT_TRUE(background.has_ended());
    EXPECT_EQ(told_, "done");
}

TEST_F(BackgroundTest, WaitsForTimersBesideEachOther) {
    const auto pause = [&](std::chrono::milliseconds time, const char* name) {
        return [this, time, name] {
            loop_.pause_until(EventLoop::Clock::now() + time);
            told_ += name;
        };
    };
    Background slow(loop_, pause(30ms, "slow"));
    Background quick(loop_, pause(1ms, "quick "));
    slow.finish();
    quick.finish();
    EXPECT_EQ(told_, "quick slow");
}

TEST_F(BackgroundTest, OneMayWaitForAnother) {
    Background inner(loop_, [&] { wait(first_); });
    Background outer(loop_, [&] {
        inner.finish();
        told_ = "after";
    });
    const auto later = loop_.after(1ms, [&] { first_ = true; });
    outer.finish();
    EXPECT_EQ(told_, "after");
}

TEST_F(BackgroundTest, OneMayBeginAnotherAndGiveItUp) {
    Background outer(loop_, [&] {
        const Background inner(loop_, [&] {
            try {
                wait(first_);
            } catch (const Cancelled&) {
                told_ = "given up";
            }
        });
        wait(second_);
    });
    second_ = true;
    outer.finish();
    EXPECT_EQ(told_, "given up");
}

TEST_F(BackgroundTest, ThrowsWhatItThrewToWhoeverFinishesIt) {
    Background background(loop_, [&] {
        wait(first_);
        throw Error("the reason");
    });
    first_ = true;
    EXPECT_THROW(background.finish(), Error);
}

TEST_F(BackgroundTest, ADeadlineEndsOnlyItsOwnWait) {
    Background background(loop_, [&] {
        second_ = loop_.run_until([] { return false; }, EventLoop::Clock::now() + 1ms);
        told_ = "too late";
        wait(first_);
    });
    EXPECT_FALSE(
        loop_.run_until([&] { return background.has_ended(); }, EventLoop::Clock::now() + 20ms));
    EXPECT_EQ(told_, "too late");
    EXPECT_FALSE(second_);
}

TEST_F(BackgroundTest, WhatIsGivenUpUnwindsItsStack) {
    {
        const Background background(loop_, [&] {
            const ScopeExit gone([&] { told_ = "gone"; });
            wait(first_);
        });
        EXPECT_EQ(told_, "");
    }
    EXPECT_EQ(told_, "gone");
}

TEST_F(BackgroundTest, IsGivenUpAlsoByAnException) {
    EXPECT_THROW(
        {
            const Background background(loop_, [&] {
                try {
                    wait(first_);
                } catch (const std::exception& end) {
                    told_ = end.what();
                }
            });
            throw Error("of the other side");
        },
        Error);
    EXPECT_EQ(told_, "cancelled");
}

TEST_F(BackgroundTest, ACallbackThatFailsEndsTheWaitOfWhoeverRunsTheLoop) {
    const Background background(loop_, [&] { wait(first_); });
    const auto source = loop_.after(1ms, [] { throw Error("of a callback"); });
    EXPECT_THROW(wait(second_), Error);
    EXPECT_FALSE(background.has_ended());
}

TEST_F(BackgroundTest, WhatAsksForTheEndOfAWaitMayFail) {
    Background background(loop_,
                          [&] { loop_.run_until([&]() -> bool { throw Error("no answer"); }); });
    EXPECT_THROW(background.finish(), Error);
}

TEST_F(BackgroundTest, WaitsAreNotNested) {
    const auto source = loop_.after(1us, [&] { wait(first_); });
    EXPECT_THAT([&] { wait(second_); }, testing::ThrowsMessage<Error>(
                                            HasSubstr("a callback of an event loop waits in it")));
    EXPECT_THROW(loop_.run_until([&] {
        wait(first_);
        return true;
    }),
                 Error);
}

TEST(LoopWithAnEnd, EveryWaitHearsIt) {
    std::stop_source end;
    EventLoop loop(end.get_token());
    std::optional<int> signal;
    const Background background(loop, [&] {
        try {
            loop.run_until([] { return false; });
        } catch (const Interrupted& interrupted) {
            signal = interrupted.signal();
        }
    });
    EXPECT_FALSE(loop.is_to_end());
    const auto later = loop.after(1ms, [&] { end.request_stop(); });
    EXPECT_THROW(loop.run_until([] { return false; }), Interrupted);
    EXPECT_TRUE(loop.is_to_end());
    EXPECT_TRUE(loop.run_until([] { return true; })) << "there is nothing to wait for";
    EXPECT_TRUE(loop.run_until([&] { return background.has_ended(); }, never, AtSignal::go_on));
    EXPECT_EQ(signal, 0);
}

TEST(LoopWithAnEnd, WhatEndsByItselfIsWaitedFor) {
    std::stop_source end;
    EventLoop loop(end.get_token());
    end.request_stop();
    bool ended = false;
    const auto source = loop.after(1ms, [&] { ended = true; });
    EXPECT_TRUE(loop.run_until([&] { return ended; }, never, AtSignal::go_on));
}

TEST(Eventually, HasTheValueOrTheError) {
    EventLoop loop;
    bool is_known = false;
    const auto answer = [&](int value) {
        return [&loop, &is_known, value] {
            loop.run_until([&] { return is_known; });
            return value == 0 ? throw Error("no value") : value;
        };
    };
    Eventually<int> seven(loop, answer(7));
    Eventually<int> none(loop, answer(0));
    is_known = true;
    EXPECT_EQ(seven.get(), 7);
    EXPECT_THROW(static_cast<void>(none.get()), Error);
}

} // namespace
} // namespace k8s_node
