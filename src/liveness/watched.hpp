// Which units of a generation are watched, and what each needs. Pure.
#pragma once

#include <string>
#include <vector>

#include "liveness/judge.hpp"
#include "model/manifest.hpp"

namespace k8s_node::liveness {

/// Returns the units that have a liveness probe.
[[nodiscard]] std::vector<UnitEntry> watched_units(const Manifest& manifest);

/// Returns for each watched unit the watched ones that it is ordered after, wants or requires,
/// directly or through any units of the manifest: what it waits for at its start it needs later,
/// too.
[[nodiscard]] Reliance reliance_of(const Manifest& manifest);

} // namespace k8s_node::liveness
