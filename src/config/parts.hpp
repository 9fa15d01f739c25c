// Expanded component bodies → the typed parts of a node spec.
#pragma once

#include "config/claims.hpp"
#include "config/reader.hpp"

namespace k8s_node {

/// The parts of all components of a node while they are read.
struct NodeParts {
    NodeParts(NodeSpec& node_spec, Diagnostics& all)
        : spec(node_spec), claims(all), diagnostics(all) {}

    NodeSpec& spec;
    Claims claims;
    std::vector<NamedAt> authorities; ///< those that some key or kubeconfig names
    Diagnostics& diagnostics;
};

/// Adds everything that the expanded `body` of one component declares to
/// the node. What is wrong is reported at its place in the component's file (or
/// in the layer that overrode it).
void read_parts(const std::string& component, const Tree& body, NodeParts& node);

/// Keys, certificates and what is made of them.
void read_pki_parts(MapReader& reader, NodeParts& node);

/// Reports authorities that no component of the node declares.
void check_authorities(const NodeParts& node);

/// The services of one component (the largest part, in a file of its own).
void read_services(const std::string& component, const Tree& services, NodeSpec& spec,
                   Diagnostics& diagnostics);

/// "etcd" → "etcd.service"; what has a unit's suffix stays as it is.
[[nodiscard]] std::string unit_name(const std::string& name);

/// The same, with a report of what is no unit's name.
[[nodiscard]] std::string unit_name_at(const std::string& name, const Position& at,
                                       Diagnostics& diagnostics);

/// The unit of a service, with a report of what cannot be one.
[[nodiscard]] std::string service_name_at(const Tree::Entry& service, Diagnostics& diagnostics);

/// What one component leaves behind at run time.
void read_leavings(const Tree& leaves, NodeSpec& spec, Diagnostics& diagnostics);

/// What one component relies on outside of its files.
void read_reliance(const Tree& reliance, NodeSpec& spec, Diagnostics& diagnostics);

/// How a pod's sandbox is started, of `ready`.
void read_sandbox_start(const Tree& sandbox, NodeSpec& spec, Diagnostics& diagnostics);

/// Splits resolved text at the credentials directory marker.
[[nodiscard]] Argument argument_of(const std::string& text);

} // namespace k8s_node
