// Files and links outside of the generation, and the triggers that make systemd read them.
#pragma once

#include "generations/system.hpp"

namespace k8s_node {

/// Returns what must be written, linked, removed and triggered. An existing file that differs and
/// is neither in the ledger nor in an earlier generation is an Error (unsuitable) unless foreign
/// files may be replaced.
[[nodiscard]] std::vector<Change> check_files(const Generation& next, const Generation& current,
                                              const System& system);

/// Carries out the changes of check_files() in order; what it creates is in the ledger before it
/// exists.
void apply_files(const std::vector<Change>& changes, const Generation& next, System& system);

} // namespace k8s_node
