// Definitions and layers → the node spec. The pure core of the program.
#pragma once

#include "language/scope.hpp"
#include "model/definition.hpp"

namespace k8s_node {

/// The values of the fixed settings of the installed node and their source.
struct InstalledValues {
    Source source;
    std::map<std::string, std::string> values; ///< by "component.key"
};

/// Everything that was read, as values.
struct ResolveInput {
    std::vector<ComponentDefinition> components; ///< a later one of the same name wins
    std::vector<ProfileDefinition> profiles;     ///< likewise
    std::vector<NodeConfiguration> layers;       ///< lowest precedence first
    Release release;
    HostValues host;           ///< must contain "architecture" and "program"
    InstalledValues installed; ///< empty if there is no node
};

/// Returns the name that layers choose, the last layer wins; needed before a release can be read.
[[nodiscard]] std::optional<NamedAt> chosen_profile(const std::vector<NodeConfiguration>& layers);
[[nodiscard]] std::optional<NamedAt> chosen_release(const std::vector<NodeConfiguration>& layers);

/// Throws ConfigurationError with every error in `found` (what reading the input reported) and in
/// the input itself. Only what depends on something missing altogether (a file that cannot be
/// read, the profile, a required setting) is not checked.
[[nodiscard]] NodeSpec resolve(const ResolveInput& input, Diagnostics found = {});

} // namespace k8s_node
