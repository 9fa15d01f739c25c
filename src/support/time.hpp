// Moments as text: UTC, RFC 3339, to the second.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

/// "2027-11-22T10:00:00Z"
[[nodiscard]] std::string utc_text(std::chrono::sys_seconds time);

/// Reads utc_text()'s text, and nothing else.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text);

/// Now, by the system's clock.
[[nodiscard]] std::chrono::sys_seconds utc_now();

} // namespace k8s_node
