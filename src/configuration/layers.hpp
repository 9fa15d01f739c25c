// Finding and reading the files of each layer.
#pragma once

#include "configuration/options.hpp"
#include "configuration/trust_policy.hpp"
#include "model/definition.hpp"

namespace k8s_node {

/// Return shipped definitions, then the site's: of one name the later one wins.
/// Throw Error(verification) if the policy requires a signature that a site's file does not have.
[[nodiscard]] std::vector<ComponentDefinition> load_components(const NodeOptions& options,
                                                               Diagnostics& diagnostics,
                                                               const TrustPolicy& policy = {});
[[nodiscard]] std::vector<ProfileDefinition>
load_profiles(const NodeOptions& options, Diagnostics& diagnostics, const TrustPolicy& policy = {});

/// Returns what the operator configured, lowest precedence first: join data, what is installed now,
/// the open bundle, node.yaml, node.d/*.yaml by name, the system credential `k8s_node.config`, the
/// command line.
[[nodiscard]] std::vector<NodeConfiguration> load_layers(const NodeOptions& options,
                                                         Diagnostics& diagnostics);

/// The text of a release.
struct ReleaseText {
    std::string text;       ///< that was parsed, with its signature if it has one
    bool of_bundle = false; ///< out of a bundle, of this run or of the one that installed it
};

/// Returns the chosen release: a path if it contains '/', otherwise a name to look up in the open
/// bundle, the site's and the shipped releases and in the current generation; without a choice the
/// newest release. A release that was installed out of a bundle precedes a shipped one of its name,
/// and the site's unless the configuration names it. Throws Error(verification) if the policy
/// requires a signature that it does not have, unless it is what a generation kept, or the
/// bundle's, whose own signature covers it.
[[nodiscard]] Release load_release(const NodeOptions& options, const std::optional<NamedAt>& chosen,
                                   ReleaseText& source, Diagnostics& diagnostics,
                                   const TrustPolicy& policy = {});

} // namespace k8s_node
