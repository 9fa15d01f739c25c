// The origin of everything a node consists of, for the operator.
#pragma once

#include "resolve/composition.hpp"

namespace k8s_node {

/// Adds to the choices each component and where it was named, what layers exclude, and each
/// artifact; and to the parts what overrides remove. Needs the spec's artifacts and parts.
void list_origins(const ResolveInput& input, const Composition& composition, NodeSpec& spec);

} // namespace k8s_node
