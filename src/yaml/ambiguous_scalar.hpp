// Scalars that YAML 1.1 and YAML 1.2 parsers read differently.
#pragma once

#include "model/tree.hpp"

namespace k8s_node {

/// Reports every plain scalar of a tree whose meaning is ambiguous: booleans and octal numbers of
/// YAML 1.1, and numbers that do not fit into 64 bits.
void report_ambiguous_scalars(const Tree& tree, Diagnostics& diagnostics);

} // namespace k8s_node
