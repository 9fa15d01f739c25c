// What a person or a unit told this run on the command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "support/files.hpp"

namespace k8s_node {

struct NodeOptions {
    Root root;
    std::string configuration; ///< node.yaml to read instead of /etc/k8s-node/node.yaml
    std::optional<std::string> profile;
    std::optional<std::string> release; ///< a name, or the path of a release file
    std::vector<std::string> mirrors;
    std::string mirror_ca;
    std::vector<std::string> assignments; ///< --set component.key=value
    std::vector<std::string> ignored_checks;
    bool force = false;       ///< replace files that we did not write
    bool anew = false;        ///< the node goes first: its fixed settings are free
    bool no_rollback = false; ///< leave a generation that does not become well
    std::chrono::milliseconds stable_for{std::chrono::seconds(5)};

    /// Where shipped data lies; sites add to and replace it in /etc/k8s-node.
    std::string data_directory;
    std::string version;   ///< of this program
    std::string program;   ///< absolute path of this program on the node
    std::string generator; ///< absolute path of the systemd generator
};

} // namespace k8s_node
