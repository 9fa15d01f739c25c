// Generations on disk: reading the current one, writing the next.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// The generation that `current` points at, as it is on disk now (edited files
/// included); an empty one if there is none or its manifest cannot be read.
[[nodiscard]] Generation read_current_generation(const Root& root);

/// The number of the current generation, nullopt without one.
[[nodiscard]] std::optional<int> current_generation_number(const Root& root);

/// A change if the desired generation differs from the current one, and the
/// reload that follows from it.
[[nodiscard]] std::vector<Change> check_generation(const Desired& desired,
                                                   const Generation& current, const Root& root);

/// Writes the desired generation under the next free number, whole or not at
/// all, and makes it current. Returns the number.
int apply_generation(const Desired& desired, System& system);

} // namespace k8s_node
