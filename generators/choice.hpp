// Which generation a boot is to use, and who says so.
#pragma once

#include <optional>
#include <string>

#include "generators/input_tree.hpp"
#include "model/boot_parameters.hpp"

namespace k8s_node::generator {

struct Choice {
    int generation;
    std::string chosen_by; ///< for messages
    /// What `current` points at, where the kernel command line says otherwise.
    std::optional<std::string> replaced;
};

/// What to try when a generation cannot be used.
inline constexpr const char* repair_hint =
    "run 'k8s-node-install install' to write a new generation, or 'k8s-node-install rollback' to "
    "return to the one before";

/// "/etc/k8s-node/generations/7".
[[nodiscard]] std::string directory_of(int generation);

/// The generation that the kernel command line names, else the current one,
/// else none. Throws Error when what is named is not there.
[[nodiscard]] std::optional<Choice> choose_generation(const InputTree& machine,
                                                      const BootParameters& parameters);

} // namespace k8s_node::generator
