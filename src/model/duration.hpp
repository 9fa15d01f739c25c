// Durations as Go and Kubernetes write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace k8s_node {

/// Go's time.ParseDuration without signs and fractions: "5s", "1h30m". nullopt
/// for anything else, and for more than a century.
[[nodiscard]] std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

} // namespace k8s_node
