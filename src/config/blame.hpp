// Where to say it when two places contradict each other.
#pragma once

#include "model/diagnostic.hpp"

namespace k8s_node {

/// Whether `a` is nearer to the operator than `b`: what they wrote themselves,
/// then the site's components and profiles, then ours, then facts.
[[nodiscard]] bool is_closer(const Position& a, const Position& b);

} // namespace k8s_node
