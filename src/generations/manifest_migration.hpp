// Manifests of format 1, as programs before format 2 wrote them: what format 2 has beyond them is
// read from the texts of the units, as those programs did at each use.
#pragma once

#include <set>
#include <string>

#include "model/generation.hpp"

namespace k8s_node {

/// Brings the manifest of a generation of format 1 to format 2. The files stay as they are: a
/// generation is never edited. Does nothing for a manifest of format 2.
void migrate_manifest(Generation& generation);

/// Returns what the units of a node are to the cluster by their names: all that ledgers of formats
/// 1 and 2 tell. The version and the flags of etcd are empty.
[[nodiscard]] Provided provided_by_units(const std::set<std::string>& units);

} // namespace k8s_node
