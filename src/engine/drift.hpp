// Drift: what on this machine differs from the current generation, by name.
#pragma once

#include <initializer_list>
#include <set>
#include <string>

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Returns the names of the units of these generations and of the target that starts them.
[[nodiscard]] std::set<std::string> units_of(std::initializer_list<const Generation*> generations);

/// Returns what an install would mend and what others override, of all kinds of resources: edited
/// files of the generation, host files and links, programs in the store, keys, kernel parameters,
/// units, the Node object. Changes nothing.
[[nodiscard]] std::vector<Drift> find_drift(const Generation& current, int number,
                                            const System& system);

/// Returns only what others override: their drop-ins, masks and unit files for our units, and
/// kernel parameters.
[[nodiscard]] std::vector<Drift> find_overrides(const Generation& current, const System& system);

} // namespace k8s_node
