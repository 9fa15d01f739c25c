// Where to say it when two places contradict each other.
#pragma once

#include "model/diagnostic.hpp"

namespace k8s_node {

/// Whether `a` is nearer to the operator than `b`: what they wrote themselves,
/// then the site's components and profiles, then ours, then facts.
[[nodiscard]] bool is_closer(const Position& a, const Position& b);

/// Whether the operator wrote it themselves.
[[nodiscard]] bool is_operators(const Position& at);

} // namespace k8s_node
