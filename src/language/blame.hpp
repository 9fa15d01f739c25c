// The place to report when two places contradict each other.
#pragma once

#include "model/diagnostic.hpp"

namespace k8s_node {

/// True if `a` is closer to the operator than `b`: their own configuration is closest, then the
/// site's components and profiles, then the shipped ones, then facts.
[[nodiscard]] bool is_closer(const Position& a, const Position& b);

/// True for the operator's own configuration.
[[nodiscard]] bool is_operators(const Position& at);

} // namespace k8s_node
