#include <cerrno>

#include <gmock/gmock.h>

#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node {
namespace {

TEST(Errors, GainFramesFromTheInsideOut) {
    try {
        with_context("installing", [] {
            with_context("writing x", [] { throw Error("no space", ExitStatus::busy); });
        });
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "no space");
        EXPECT_THAT(error.frames(), testing::ElementsAre("writing x", "installing"));
        EXPECT_EQ(error.status(), ExitStatus::busy);
    }
}

TEST(Errors, TheInnermostHintWins) {
    Error error("x");
    error.try_this("near").try_this("far");
    EXPECT_EQ(error.hint(), "near");
}

TEST(Errors, OfTheSystemSayWhatWasAttempted) {
    const auto error = system_error(EACCES, "open /etc/x");
    EXPECT_EQ(error.message(), "open /etc/x: Permission denied");
}

TEST(Errors, ContextPassesTheResultOn) {
    EXPECT_EQ(with_context("x", [] { return 5; }), 5);
}

TEST(Handles, CloseOnceAndCanBeGivenAway) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const UniqueFd read_end(pipe[0]);
    {
        UniqueFd first(pipe[1]);
        UniqueFd second(std::move(first));
        EXPECT_EQ(second.get(), pipe[1]);
    }
    char byte = 0;
    EXPECT_EQ(::read(read_end.get(), &byte, 1), 0) << "the write end must be closed by now";
    UniqueFd empty;
    EXPECT_FALSE(empty);
}

TEST(ScopeExits, RunUnlessReleased) {
    int runs = 0;
    {
        const ScopeExit runs_it([&]() { ++runs; });
        ScopeExit released([&]() { ++runs; });
        released.release();
    }
    EXPECT_EQ(runs, 1);
}

} // namespace
} // namespace k8s_node
