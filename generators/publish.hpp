// Writes an output tree to disk, and nothing else.
#pragma once

#include <string>

#include "generators/output_tree.hpp"

namespace k8s_node::generator {

/// Creates the entries below `directory`, which must exist. An existing entry is left if it is the
/// same. Throws Error if it differs, so that output of another generator is never overwritten, and
/// if it cannot write.
void publish(const OutputTree& tree, const std::string& directory);

} // namespace k8s_node::generator
