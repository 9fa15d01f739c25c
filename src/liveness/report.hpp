// The records of a Judge as JSON, for `status --health` and for the next process.
#pragma once

#include <string>
#include <string_view>

#include "liveness/judge.hpp"

namespace k8s_node::liveness {

namespace paths {
inline constexpr const char* directory = "/run/k8s-node-watch";
inline constexpr const char* report = "/run/k8s-node-watch/probes.json";
inline constexpr const char* metrics = "/run/k8s-node-watch/metrics.sock";
} // namespace paths

/// Times are microseconds of CLOCK_MONOTONIC: they are of this boot, like the file.
[[nodiscard]] std::string write_report(const Judge::Records& records);

/// Reads what write_report() wrote. Returns nothing for a file of another program or version: what
/// is lost is found out again.
[[nodiscard]] Judge::Records parse_report(std::string_view text);

} // namespace k8s_node::liveness
