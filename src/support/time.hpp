// Points in time as text: UTC, RFC 3339, to the second; and durations.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

/// Formats a time: "2027-11-22T10:00:00Z"
[[nodiscard]] std::string utc_text(std::chrono::sys_seconds time);

/// Parses the format of utc_text(), and nothing else.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text);

/// Returns a duration in seconds.
[[nodiscard]] inline double in_seconds(std::chrono::milliseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

/// Formats a duration: "12 s", "0.35 s", "2 min 5 s".
[[nodiscard]] std::string human_duration(std::chrono::milliseconds duration);

/// Returns the current time of the system clock.
[[nodiscard]] std::chrono::sys_seconds utc_now();

} // namespace k8s_node
