// Whether the programs of a generation are still there.
#pragma once

#include <string>
#include <vector>

#include "generators/input_tree.hpp"
#include "support/error.hpp"

namespace k8s_node::generator {

struct StoreLook {
    std::vector<std::string> gone{};
    /// Where the directory that should hold an entry is not there either, the
    /// store may lie on a file system that is mounted later.
    std::vector<std::string> unseen{};
};

/// Which of these store entries are not there.
[[nodiscard]] StoreLook look_at_store(const InputTree& machine,
                                      const std::vector<std::string>& entries);

/// An error that names them.
[[nodiscard]] Error missing_entries(std::vector<std::string> entries);

/// The directory that holds a store entry.
[[nodiscard]] std::string store_of(const std::string& entry);

} // namespace k8s_node::generator
