// Scalars that two readers of YAML take for different things.
#pragma once

#include "model/tree.hpp"

namespace k8s_node {

/// Reports every plain scalar of a tree that would be written as something
/// else than its author may have meant: booleans and octal numbers of YAML
/// 1.1, and numbers that are too large for one.
void report_doubtful(const Tree& tree, Diagnostics& diagnostics);

} // namespace k8s_node
