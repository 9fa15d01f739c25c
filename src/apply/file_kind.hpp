// Files and links outside of the generation, and their taking into use.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// What must be written, linked, removed and activated. A file that is there,
/// differs and is not in the ledger or an earlier generation is an Error
/// (unsuitable) unless foreign files may be replaced.
[[nodiscard]] std::vector<Change> check_files(const Generation& next, const Generation& current,
                                              const System& system);

/// Carries out the changes of check_files in their order; what it makes is in
/// the ledger before it is there.
void apply_files(const std::vector<Change>& changes, const Generation& next, System& system);

} // namespace k8s_node
