// Finding and reading the files of each layer.
#pragma once

#include "model/definition.hpp"
#include "node/options.hpp"

namespace k8s_node {

/// Shipped components, then the site's: the later one of a name wins.
[[nodiscard]] std::vector<ComponentDefinition> load_components(const NodeOptions& options,
                                                               Diagnostics& diagnostics);
[[nodiscard]] std::vector<ProfileDefinition> load_profiles(const NodeOptions& options,
                                                           Diagnostics& diagnostics);

/// What the operator says, lowest precedence first: what is installed now,
/// node.yaml, node.d/*.yaml by name, the system credential `k8s_node.config`,
/// the command line.
[[nodiscard]] std::vector<NodeConfiguration> load_layers(const NodeOptions& options,
                                                         Diagnostics& diagnostics);

/// The chosen release: a path if it holds '/', else a name to look for in the
/// site's and the shipped releases and in the current generation; without a
/// choice the newest there is.
[[nodiscard]] Release load_release(const NodeOptions& options, const std::optional<NamedAt>& chosen,
                                   std::string& source_text, Diagnostics& diagnostics);

} // namespace k8s_node
