// Definitions and layers → the node spec. The pure heart of the program.
#pragma once

#include "config/scope.hpp"
#include "model/definition.hpp"

namespace k8s_node {

/// What the fixed settings of the installed node are, and what tells so.
struct InstalledValues {
    Source source;
    std::map<std::string, std::string> values; ///< by "component.key"
};

/// Everything that was read, in values.
struct ResolveInput {
    std::vector<ComponentDefinition> components; ///< a later one of the same name wins
    std::vector<ProfileDefinition> profiles;     ///< likewise
    std::vector<NodeConfiguration> layers;       ///< lowest precedence first
    Release release;
    HostValues host;           ///< must hold "architecture" and "program"
    InstalledValues installed; ///< nothing where there is no node
};

/// Names that layers choose, the last one that says so winning; to be asked
/// before a release can be read.
[[nodiscard]] std::optional<NamedAt> chosen_profile(const std::vector<NodeConfiguration>& layers);
[[nodiscard]] std::optional<NamedAt> chosen_release(const std::vector<NodeConfiguration>& layers);

/// Throws ConfigurationError with every mistake in `found`, what reading the
/// input reported, and in the input itself. Only what hangs on something that
/// is missing altogether (a file that cannot be read, the profile, a required
/// setting) is not looked at.
[[nodiscard]] NodeSpec resolve(const ResolveInput& input, Diagnostics found = {});

} // namespace k8s_node
