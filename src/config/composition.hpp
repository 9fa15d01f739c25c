// Which components make up this node, and in which order layers apply.
#pragma once

#include <map>

#include "config/resolve.hpp"

namespace k8s_node {

struct Composition {
    std::string profile;
    std::vector<ComponentDefinition> components;   ///< with overrides merged in
    std::map<std::string, Position> named_at;      ///< who made each component part of this node
    std::map<std::string, bool> known;             ///< every component; whether this node has it
    std::vector<const ConfigurationLayer*> layers; ///< lowest first; owned by the input
    std::size_t profile_layers = 0;                ///< so many of them are the profile's
    std::vector<std::pair<std::string, NamedAt>> artifact_names;
};

/// Follows the chosen profile's `extends`, gathers components, merges
/// overrides, and checks what components need of each other.
[[nodiscard]] Composition compose(const ResolveInput& input, Diagnostics& diagnostics);

/// The last definition of a name: sites replace ours by giving the same name.
[[nodiscard]] const ComponentDefinition* find_component(const std::vector<ComponentDefinition>& all,
                                                        const std::string& name);

/// Reports a name that no component has.
void report_unknown_component(const NamedAt& named, const std::vector<ComponentDefinition>& all,
                              Diagnostics& diagnostics);

} // namespace k8s_node
