#include <string>

#include <gtest/gtest.h>

#include "loop/fiber.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

TEST(Fiber, GoesOnWhereItPaused) {
    std::string told;
    Fiber fiber([&] {
        told += "a";
        fiber.pause();
        told += "b";
    });
    EXPECT_EQ(told, "") << "it begins with the first resume";
    fiber.resume();
    told += "-";
    EXPECT_FALSE(fiber.has_ended());
    fiber.resume();
    EXPECT_EQ(told, "a-b");
    EXPECT_TRUE(fiber.has_ended());
}

TEST(Fiber, MayBeResumedByAnotherFiber) {
    std::string told;
    Fiber inner([&] {
        told += "i";
        inner.pause();
        told += "j";
    });
    Fiber outer([&] {
        inner.resume();
        told += "o";
    });
    outer.resume();
    EXPECT_TRUE(outer.has_ended());
    inner.resume();
    EXPECT_EQ(told, "ioj");
}

/// Each side has exceptions of its own, whatever the order in which they are caught.
TEST(Fiber, PausesWhileAnExceptionIsHandled) {
    std::string told;
    Fiber fiber([&] {
        try {
            throw Error("inner");
        } catch (const Error&) {
            fiber.pause();
            try {
                throw;
            } catch (const Error& again) {
                told += again.message();
            }
        }
    });
    try {
        throw Error("outer");
    } catch (const Error&) {
        fiber.resume();
        try {
            throw;
        } catch (const Error& again) {
            told += again.message() + " ";
        }
    }
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    fiber.resume();
    EXPECT_EQ(told, "outer inner");
}

TEST(Fiber, MayBeResumedWhileAnExceptionIsThrown) {
    Fiber fiber([&] {
        EXPECT_EQ(std::uncaught_exceptions(), 0);
        fiber.pause();
        EXPECT_THROW(throw Error("of the fiber"), Error);
    });
    struct Resumes {
        Fiber& fiber;
        ~Resumes() { fiber.resume(); }
    };
    for (int i = 0; i < 2; ++i) {
        EXPECT_THROW(
            {
                const Resumes resumes{fiber};
                throw Error("of the thread");
            },
            Error);
    }
    EXPECT_TRUE(fiber.has_ended());
}

} // namespace
} // namespace k8s_node
