// Expanded component bodies → the typed parts of a node spec.
#pragma once

#include "components/claims.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

/// The parts of all components of a node while they are read.
struct NodeParts {
    NodeParts(NodeSpec& node_spec, Diagnostics& all)
        : spec(node_spec), claims(all), diagnostics(all) {}

    NodeSpec& spec;
    Claims claims;
    std::vector<NamedAt> authorities;    ///< those that a certificate or kubeconfig names
    std::vector<NamedAt> provided_units; ///< those that play a part in the cluster
    Diagnostics& diagnostics;
};

/// Adds everything that the expanded `body` of one component declares to the node. Reports errors
/// at their place in the component's file (or in the layer that overrode it).
void read_parts(const std::string& component, const Tree& body, NodeParts& node);

/// Reads keys, certificates and what is made from them.
void read_pki_parts(MapReader& reader, NodeParts& node);

/// Reports authorities that no component of the node declares.
void check_authorities(const NodeParts& node);

/// Reads what the services of one component are to the cluster.
void read_provided(const Tree& provides, NodeParts& node);

/// Reports units in `provides` that no component of the node declares.
void check_provided(const NodeParts& node);

/// Reads the services of one component (the largest part, in its own file).
void read_services(const std::string& component, const Tree& services, NodeSpec& spec,
                   Diagnostics& diagnostics);

/// "etcd" → "etcd.service"; a name with a unit suffix stays as it is.
[[nodiscard]] std::string unit_name(const std::string& name);

/// Like unit_name(), but reports invalid unit names.
[[nodiscard]] std::string unit_name_at(const std::string& name, const Position& at,
                                       Diagnostics& diagnostics);

/// Returns the unit of a service; reports a name that cannot be one.
[[nodiscard]] std::string service_name_at(const Tree::Entry& service, Diagnostics& diagnostics);

/// Reads an object of the cluster.
void read_object(const Tree& tree, NodeSpec& spec, Diagnostics& diagnostics);

/// Reads what one component leaves behind at run time.
void read_cleanup(const Tree& cleanup, NodeSpec& spec, Diagnostics& diagnostics);

/// Reads what one component relies on outside its files.
void read_reliance(const Tree& reliance, NodeSpec& spec, Diagnostics& diagnostics);

/// Reads how a pod sandbox is started, from `ready`.
void read_sandbox_start(const Tree& sandbox, NodeSpec& spec, Diagnostics& diagnostics);

/// Splits resolved text at the credentials directory marker.
[[nodiscard]] Argument argument_of(const std::string& text);

} // namespace k8s_node
