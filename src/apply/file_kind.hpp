// Files and links outside of the generation, and their taking into use.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// What must be written, linked, removed and activated. A file that is there,
/// differs and was not written by an earlier generation is an Error
/// (unsuitable) unless foreign files may be replaced.
[[nodiscard]] std::vector<Change> check_files(const Desired& desired, const Generation& current,
                                              const System& system);

/// Carries out the changes of check_files in their order.
void apply_files(const std::vector<Change>& changes, const Desired& desired, System& system);

} // namespace k8s_node
