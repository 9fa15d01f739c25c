// The releases and machines that a component supports.
#pragma once

#include "language/scope.hpp"
#include "resolve/composition.hpp"

namespace k8s_node {

/// Reports each clause of `supports` that does not hold, where the release names the version in
/// question or else where the clause is written.
void check_supported(const Release& release, const Composition& composition, Scope& before_settings,
                     Diagnostics& diagnostics);

} // namespace k8s_node
