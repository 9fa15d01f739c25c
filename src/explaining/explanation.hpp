// A component or one of its settings: documentation, value, origin, and where it ends up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/desired.hpp"

namespace k8s_node {

/// A file of the generation, an object or a certificate that depends on a setting.
struct EndPlace {
    std::string path;               ///< on the machine, or what it is: "certificate apiserver"
    std::vector<std::string> units; ///< that read it
    std::vector<std::string> lines; ///< of it that depend on the setting, as they are now
};

struct SettingExplanation {
    std::string name; ///< "kubelet.max_pods"
    Setting setting;
    std::vector<EndPlace> ends;
    std::string tried; ///< the other value with which `ends` was found out; empty if none is valid
    std::string refusal; ///< why the last other value was not valid; empty if one was
};

struct ComponentExplanation {
    std::string name;
    std::string description;
    std::string file;                             ///< that declares it
    bool in_node = false;                         ///< this node has it
    std::vector<std::string> needs;               ///< other components
    std::map<std::string, std::string> artifacts; ///< name → version
    std::vector<std::string> units;
    std::vector<std::string> files;
    Settings settings;
};

/// A value of a component's parts: a flag, a directive, a line of a configuration file.
struct PartExplanation {
    NamedValue part;
    std::string place; ///< the unit or file that it is a part of
};

/// One of them is set.
struct Explanation {
    std::optional<ComponentExplanation> component;
    std::optional<SettingExplanation> setting;
    std::optional<PartExplanation> part;
};

/// Finds out where a setting ends by resolving the node once more with another value of it and
/// comparing what is rendered; changes nothing. Throws Error (usage) for an unknown name, with the
/// nearest one, ConfigurationError.
[[nodiscard]] Explanation explain(const NodeOptions& options, const std::string& name);

} // namespace k8s_node
