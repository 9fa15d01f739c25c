// Who decided what a node is made of, for whoever asks.
#pragma once

#include "config/composition.hpp"

namespace k8s_node {

/// Adds to the choices each component and who named it, what layers leave out,
/// and what each artifact is; and to the parts what an override takes away.
/// Needs the spec's artifacts and parts.
void list_origins(const ResolveInput& input, const Composition& composition, NodeSpec& spec);

} // namespace k8s_node
