// Finding and reading the files of each layer.
#pragma once

#include "configuration/options.hpp"
#include "model/definition.hpp"

namespace k8s_node {

/// Return shipped definitions, then the site's: of one name the later one wins.
[[nodiscard]] std::vector<ComponentDefinition> load_components(const NodeOptions& options,
                                                               Diagnostics& diagnostics);
[[nodiscard]] std::vector<ProfileDefinition> load_profiles(const NodeOptions& options,
                                                           Diagnostics& diagnostics);

/// Returns what the operator configured, lowest precedence first: join data, what is installed now,
/// node.yaml, node.d/*.yaml by name, the system credential `k8s_node.config`, the command line.
[[nodiscard]] std::vector<NodeConfiguration> load_layers(const NodeOptions& options,
                                                         Diagnostics& diagnostics);

/// Returns the chosen release: a path if it contains '/', otherwise a name to look up in the site's
/// and the shipped releases and in the current generation; without a choice the newest release.
[[nodiscard]] Release load_release(const NodeOptions& options, const std::optional<NamedAt>& chosen,
                                   std::string& source_text, Diagnostics& diagnostics);

} // namespace k8s_node
