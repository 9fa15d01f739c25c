// Components of a node that have no effect because their `when` does not hold.
#pragma once

#include <set>

#include "language/scope.hpp"
#include "resolve/composition.hpp"

namespace k8s_node {

/// Takes the components whose clauses do not all hold out of the composition and returns their
/// names; ${has.NAME} is false for them from then on. Unlike a component that no layer names,
/// these may still be referred to by clauses and defaults of settings. Reports components that
/// need one of them, and clauses that cannot be evaluated.
std::set<std::string> leave_out_idle(Composition& composition, Scope& scope,
                                     Diagnostics& diagnostics);

/// Returns the settings without those of the named components, which nothing reads: their values
/// are neither checked against others nor kept as the node's.
[[nodiscard]] Settings settings_without(const std::set<std::string>& components, Settings settings);

} // namespace k8s_node
