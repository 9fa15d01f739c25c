// The options of this run, from the command line.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/files.hpp"

namespace k8s_node {

class BundleFile;
struct JoinData;

struct NodeOptions {
    Root root;
    std::string configuration;      ///< node.yaml to read instead of /etc/k8s-node/node.yaml
    std::string configuration_from; ///< URL#DIGEST of the node.yaml of a machine without one
    std::optional<std::string> profile;
    std::optional<std::string> release; ///< a name, or the path of a release file
    std::vector<std::string> mirrors;
    std::string mirror_ca;
    std::string bundle; ///< a file that has everything; empty for none
    std::shared_ptr<const BundleFile> opened_bundle{}; ///< open_bundle() of this run
    std::string architecture;             ///< of the machine that is configured; empty: this one's
    std::vector<std::string> assignments; ///< --set component.key=value
    std::string join;                     ///< a file of join data, "-" for standard input
    std::shared_ptr<const JoinData> join_data{}; ///< find_join_data() of this run
    std::vector<std::string> ignored_checks;
    bool force = false;       ///< replace files that we did not write
    bool anew = false;        ///< the node is removed first, so fixed settings may change
    bool no_rollback = false; ///< keep a generation that does not become ready
    std::chrono::milliseconds stable_for{std::chrono::seconds(5)};

    /// The directory of shipped data; sites add to it and replace it in /etc/k8s-node.
    std::string data_directory;
    std::string version;   ///< of this program
    std::string program;   ///< absolute path of this program on the node
    std::string generator; ///< absolute path of the systemd generator
};

} // namespace k8s_node
