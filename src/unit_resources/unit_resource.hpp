// Units, as a kind of resource: which of them run, who overrides them, and how they end.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Its differ() and apply() are those of unit_changes.hpp.
[[nodiscard]] const ResourceKind& unit_kind();

/// Stops those of these units that systemd knows, in the reverse of their order. Throws UnitError.
void stop_units(const std::vector<std::string>& units, const Removal& removal);

/// Starts foreign units again that ran under our names before us; failures are warnings. Not before
/// the last inventory: their processes look like ours.
void restart_found_units(const Removal& removal);

} // namespace k8s_node
