// The programs that a reset runs: looked up before its first step, since one
// that is missing in the middle leaves half a node.
#pragma once

#include "node/survey.hpp"

namespace k8s_node {

/// Throws Error(unsuitable) with a line for each that is not there.
void require_programs(const ResetScope& scope);

} // namespace k8s_node
