// The generation that the kernel command line selects for this boot.
#pragma once

#include <optional>

namespace k8s_node {

/// Returns the number in k8s_node.generation=N of the kernel command line or, in a container, of
/// PID 1's; nullopt without one.
[[nodiscard]] std::optional<int> boot_generation();

} // namespace k8s_node
