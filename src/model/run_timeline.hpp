// The timeline of a run: its steps with their times.
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

/// Returns the steps of this run so far (support/steps.hpp).
[[nodiscard]] RunTimeline timeline_of_this_run(const std::string& verb);

/// Returns [{"phase","object","start","end"}], in seconds from the start of the run.
[[nodiscard]] std::string write_steps(const std::vector<TimelineStep>& steps);

[[nodiscard]] std::string write_timeline(const RunTimeline& timeline);

/// Parses the output of write_timeline(). Ignores unknown keys. Throws Error naming `path` for
/// anything else, NewerFormat for a newer format.
[[nodiscard]] RunTimeline parse_timeline(std::string_view text, std::string_view path);

} // namespace k8s_node
