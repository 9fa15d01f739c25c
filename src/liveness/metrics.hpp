// The records of a Judge as text for Prometheus
// (https://prometheus.io/docs/instrumenting/exposition_formats/). Pure.
#pragma once

#include <string>

#include "liveness/judge.hpp"

namespace k8s_node::liveness {

/// `rounds`: made by this process.
[[nodiscard]] std::string write_metrics(const Judge::Records& records, std::uint64_t rounds);

/// Returns the response to an HTTP request of which `request` came so far; empty while it is not
/// whole.
[[nodiscard]] std::string respond(std::string_view request, const std::string& metrics);

} // namespace k8s_node::liveness
