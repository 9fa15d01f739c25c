// The components of a node and the order in which layers apply.
#pragma once

#include <map>

#include "resolve/resolve.hpp"

namespace k8s_node {

struct Composition {
    std::string profile;
    std::vector<ComponentDefinition> components; ///< with overrides merged in
    std::map<std::string, Position> named_at; ///< where each component was made part of this node
    std::map<std::string, bool> known;        ///< all components; true for those of this node
    std::vector<const ConfigurationLayer*> layers; ///< lowest first; owned by the input
    std::size_t profile_layers = 0; ///< how many of them, from the first, are the profile's
    /// Logical name → the release's artifact; of equal logical names the last counts.
    std::vector<std::pair<std::string, NamedAt>> artifact_names;
};

/// Follows the chosen profile's `extends`, gathers components, merges overrides, and checks that
/// needed components are present.
[[nodiscard]] Composition compose(const ResolveInput& input, Diagnostics& diagnostics);

/// Returns the last definition of a name: a site's definition replaces a shipped one of the same
/// name.
[[nodiscard]] const ComponentDefinition* find_component(const std::vector<ComponentDefinition>& all,
                                                        const std::string& name);

/// Reports a name that no component has.
void report_unknown_component(const NamedAt& named, const std::vector<ComponentDefinition>& all,
                              Diagnostics& diagnostics);

} // namespace k8s_node
