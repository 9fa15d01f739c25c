// Which releases and machines a component is written for.
#pragma once

#include "config/composition.hpp"
#include "config/scope.hpp"

namespace k8s_node {

/// Reports each clause of `supports` that does not hold: where the release
/// names the version in question, else where the clause is written.
void check_supported(const Release& release, const Composition& composition, Scope& before_settings,
                     Diagnostics& diagnostics);

} // namespace k8s_node
