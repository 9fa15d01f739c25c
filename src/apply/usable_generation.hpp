// Whether a generation can be gone to: it must be as it was written, and its
// programs must be there.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// Reads it. Throws Error (usage) where there is none, (verification) where it
/// is not whole, was edited, or lacks programs as far as a look at sizes and
/// modes can tell.
[[nodiscard]] Generation read_usable_generation(int number, const System& system);

} // namespace k8s_node
