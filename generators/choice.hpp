// Chooses the generation for a boot.
#pragma once

#include <optional>
#include <string>

#include "generators/input_tree.hpp"
#include "support/boot_parameters.hpp"

namespace k8s_node::generator {

struct Choice {
    int generation;
    std::string chosen_by; ///< for messages
    /// The target of `current`, if the kernel command line selects another generation.
    std::optional<std::string> replaced;
};

/// The hint for a generation that cannot be used.
inline constexpr const char* repair_hint =
    "run 'k8s-node-install install' to write a new generation, or 'k8s-node-install rollback' to "
    "return to the previous one";

/// Returns "/etc/k8s-node/generations/7".
[[nodiscard]] std::string directory_of(int generation);

/// Returns the generation that the kernel command line names, otherwise the current one, if any.
/// Throws Error if the named one does not exist.
[[nodiscard]] std::optional<Choice> choose_generation(const InputTree& machine,
                                                      const BootParameters& parameters);

} // namespace k8s_node::generator
