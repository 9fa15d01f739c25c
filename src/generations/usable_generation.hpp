// Checks that a generation can be made current: it is as it was written and its programs are in the
// store.
#pragma once

#include "generations/system.hpp"

namespace k8s_node {

/// Reads the generation. Throws Error (usage) if there is none, (verification) if it is incomplete,
/// was edited, or lacks programs as far as sizes and modes can tell.
[[nodiscard]] Generation read_usable_generation(int number, const System& system);

} // namespace k8s_node
