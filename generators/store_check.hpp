// Whether the programs of a generation are still there.
#pragma once

#include <string>
#include <vector>

#include "generators/input_tree.hpp"

namespace k8s_node::generator {

/// Throws Error naming the store entries that are gone. Where the directory
/// that should hold an entry is not there either, the store may lie on a file
/// system that is mounted later: such entries are returned, unchecked.
[[nodiscard]] std::vector<std::string> check_store(const InputTree& machine,
                                                   const std::vector<std::string>& entries);

/// The directory that holds a store entry.
[[nodiscard]] std::string store_of(const std::string& entry);

} // namespace k8s_node::generator
