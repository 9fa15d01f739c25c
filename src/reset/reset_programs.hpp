// The programs that a reset runs: looked up before its first step, since one that is missing
// halfway would leave half a node.
#pragma once

#include "reset/reset_inventory.hpp"

namespace k8s_node {

/// Throws Error(unsuitable) with a line for each program that is missing.
void require_programs(const ResetScope& scope);

} // namespace k8s_node
