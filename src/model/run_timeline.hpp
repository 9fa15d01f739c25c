// When what happened in a run: the steps with their times.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// Times count from the start of the run.
struct TimelineStep {
    std::string phase;
    std::string object{}; ///< empty for a phase as a whole
    std::chrono::milliseconds start{};
    std::chrono::milliseconds end{};
    bool operator==(const TimelineStep&) const = default;
};

struct RunTimeline {
    static constexpr int known_format = 1;

    std::string verb{}; ///< "install"
    std::chrono::sys_seconds started{};
    std::chrono::milliseconds took{};
    std::vector<TimelineStep> steps{}; ///< in the order of their starts
    bool operator==(const RunTimeline&) const = default;
};

/// The steps of this process's run so far (support/steps.hpp).
[[nodiscard]] RunTimeline timeline_of_this_run(const std::string& verb);

/// [{"phase","object","start","end"}], seconds from the start of the run.
[[nodiscard]] std::string write_steps(const std::vector<TimelineStep>& steps);

[[nodiscard]] std::string write_timeline(const RunTimeline& timeline);

/// Reads write_timeline()'s text. Keys that it does not know are passed over.
/// Throws Error naming `path` for anything else, NewerFormat for a newer format.
[[nodiscard]] RunTimeline parse_timeline(std::string_view text, std::string_view path);

} // namespace k8s_node
