// The table of all kinds of resources. A new kind is one file and one line here for each direction
// in which it takes part.
#pragma once

#include <span>

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Returns the kinds of what a node consists of, in the order in which they take effect.
[[nodiscard]] std::span<const ResourceKind* const> kinds_in_effect();

/// Returns the kinds of what a node leaves behind, in the order in which they are looked at. Within
/// a stage they are also taken away in this order.
[[nodiscard]] std::span<const ResourceKind* const> kinds_taken_away();

/// Returns the changes that one kind carries out.
[[nodiscard]] std::vector<Change> changes_of(const ResourceKind& kind, const Plan& plan);

/// Has one kind carry out its changes of the plan, if there are any.
void apply_kind(const ResourceKind& kind, const Plan& plan, Application& application,
                System& system);

} // namespace k8s_node
