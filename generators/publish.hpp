// Puts an output tree on disk, and nothing else anywhere.
#pragma once

#include <string>

#include "generators/output_tree.hpp"

namespace k8s_node::generator {

/// Creates the entries below `directory`, which must exist. What is there
/// already is left if it is the same. Throws Error if it differs, so that
/// nothing of another generator is ever overwritten, and if it cannot write.
void publish(const OutputTree& tree, const std::string& directory);

} // namespace k8s_node::generator
