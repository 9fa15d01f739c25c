// Checks that the programs of a generation are in the store.
#pragma once

#include <string>
#include <vector>

#include "generators/input_tree.hpp"
#include "support/error.hpp"

namespace k8s_node::generator {

struct StoreCheck {
    std::vector<std::string> gone{};
    /// If the directory of an entry does not exist either, the store may be on a file system that
    /// is mounted later.
    std::vector<std::string> unseen{};
};

/// Returns which of these store entries are missing.
[[nodiscard]] StoreCheck check_store(const InputTree& machine,
                                     const std::vector<std::string>& entries);

/// Returns an error that names them.
[[nodiscard]] Error missing_entries(std::vector<std::string> entries);

/// Returns the directory of a store entry.
[[nodiscard]] std::string store_of(const std::string& entry);

} // namespace k8s_node::generator
