// Expanded component bodies → the typed parts of a node spec.
#pragma once

#include "model/node_spec.hpp"

namespace k8s_node {

/// Adds everything that the expanded `body` of one component declares to
/// `spec`. What is wrong is reported at its place in the component's file (or
/// in the layer that overrode it).
void read_parts(const std::string& component, const Tree& body, NodeSpec& spec,
                Diagnostics& diagnostics);

/// The services of one component (the largest part, in a file of its own).
void read_services(const std::string& component, const Tree& services, NodeSpec& spec,
                   Diagnostics& diagnostics);

/// "etcd" → "etcd.service"; what has a unit's suffix stays as it is.
[[nodiscard]] std::string unit_name(const std::string& name);

/// What one component leaves behind at run time.
void read_leavings(const Tree& leaves, NodeSpec& spec, Diagnostics& diagnostics);

/// Splits resolved text at the credentials directory marker.
[[nodiscard]] Argument argument_of(const std::string& text);

} // namespace k8s_node
