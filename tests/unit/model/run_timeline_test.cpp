#include <gmock/gmock.h>

#include "model/newer_format.hpp"
#include "model/run_timeline.hpp"
#include "support/steps.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;

RunTimeline example() {
    return {"install",
            std::chrono::sys_seconds(1'700'000'000s),
            7200ms,
            {{"fetch", "", 100ms, 1900ms}, {"download", "etcd", 100ms, 350ms}}};
}

TEST(RunTimeline, IsReadBackAsItWasWritten) {
    EXPECT_EQ(parse_timeline(write_timeline(example()), "x"), example());
}

TEST(RunTimeline, WhatIsNoneNamesTheFile) {
    for (const auto* text : {"", "{}", "[]", R"({"format": 1, "verb": 3})",
                             R"({"format":1,"verb":"x","seconds":-1,"steps":[]})",
                             R"({"format":1,"verb":"x","seconds":1e300,"steps":[]})"}) {
        try {
            static_cast<void>(parse_timeline(text, "/x/last-run.json"));
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_THAT(error.message(), testing::StartsWith("/x/last-run.json")) << text;
        }
    }
    EXPECT_THROW(static_cast<void>(parse_timeline(R"({"format": 2})", "x")), NewerFormat);
}

/// A phase comes before its parts, also where both began at once.
TEST(Steps, AreInTheOrderOfTheirBeginnings) {
    const auto begin = run_began() + 1s;
    note_step("part", "a", begin, begin + 1s);
    note_step("later", "", begin + 2s, begin + 3s);
    note_step("whole", "", begin, begin + 2s);
    note_step("joined", "", run_began() - 5s, begin);
    std::vector<std::string> phases;
    for (const auto& step : timeline_of_this_run("x").steps) {
        phases.push_back(step.phase);
    }
    EXPECT_THAT(phases, testing::ElementsAre("joined", "whole", "part", "later"));
    EXPECT_EQ(timeline_of_this_run("x").steps.front().start, 0ms);
}

} // namespace
} // namespace k8s_node
