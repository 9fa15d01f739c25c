// Time spans as systemd.time(7) writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace k8s_node::unit {

/// "180", "3min 20s", "1.5h"; milliseconds::max() for "infinity". nullopt for anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_timespan(std::string_view text);

} // namespace k8s_node::unit
