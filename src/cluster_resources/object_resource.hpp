// Objects in the cluster: those that components declare, and those that an
// earlier generation applied and no component declares any more.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& object_kind();

/// Tells if the API server can be expected to answer at check time.
enum class ApiServer { up, not_yet };

/// The objects to apply, and those to remove. An object is removed if the
/// ledger or the current generation has it and its managedFields say that this
/// program applied it: one that somebody else has taken over stays.
[[nodiscard]] std::vector<Change> check_objects(const Generation& next, const Generation& current,
                                                ApiServer api, const System& system);

/// Notes in the ledger what check_objects() has found, before any of it is
/// done: a killed run forgets no object.
void note_objects(const std::vector<Change>& changes, const Generation& next, const System& system);

/// Applies and removes. Throws Error where the API server refuses or does not answer.
void apply_objects(const std::vector<Change>& changes, const Generation& next, System& system);

} // namespace k8s_node
