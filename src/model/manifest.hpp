// The manifest of a generation: what the generator needs to add its units to the boot, and what
// status and rollback report about it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// One unit of a generation and its place in the dependency graph. The body is in units/<name> of
/// the generation and contains none of these edges.
struct UnitEntry {
    std::string name{};      ///< "etcd.service"
    std::string component{}; ///< "etcd"
    std::string source{};    ///< the component's YAML file, for SourcePath=
    std::vector<std::string> wants{};
    std::vector<std::string> required{}; ///< Requires=
    std::vector<std::string> after{};
    std::vector<std::string> before{};
    bool in_target = true; ///< started with k8s-node.target, not by another unit
    bool operator==(const UnitEntry&) const = default;
};

/// How a node is reached in its cluster, for a rollback after the configuration that said so is
/// gone.
struct ClusterAccess {
    std::string admin_kubeconfig{}; ///< for cluster objects; empty if the node has none
    std::string node_kubeconfig{};  ///< to wait for Ready; empty without a kubelet
    std::string pod_cidr{};         ///< recorded in the Node object; may be empty
    std::map<std::string, std::string> node_labels{};
    bool operator==(const ClusterAccess&) const = default;
};

/// A component and the store artifacts it uses.
struct ComponentEntry {
    std::string name{};
    std::map<std::string, std::string> artifacts{}; ///< name → version
    bool operator==(const ComponentEntry&) const = default;
};

/// manifest.json of a generation.
struct Manifest {
    /// The newest format that this program knows. A change that an older program would misread
    /// needs a new format number.
    static constexpr int known_format = 1;

    int format = known_format;
    std::string profile{};
    std::string release{};
    std::string kubernetes_version{};
    std::string architecture{};
    std::string node_name{};
    std::vector<std::string> store_entries{}; ///< absolute directories that must exist
    std::vector<UnitEntry> units{};
    std::vector<std::string> host_files{}; ///< absolute paths; their content is in host/<path>
    std::map<std::string, unsigned> host_modes{}; ///< of host files, where not 0644
    ClusterAccess cluster{};
    std::vector<ComponentEntry> components{}; ///< in the order of the profile
    bool operator==(const Manifest&) const = default;
};

[[nodiscard]] std::vector<std::string> unit_names(const Manifest& manifest);
[[nodiscard]] bool has_unit(const Manifest& manifest, const std::string& unit);

/// Returns the manifest as JSON, the same bytes for equal values. Throws Error for text that is
/// not UTF-8.
[[nodiscard]] std::string write_manifest(const Manifest& manifest);

/// Parses the output of write_manifest(). Ignores unknown keys; `host_modes`, `cluster` and
/// `components` may be missing, as in older generations. Throws Error naming `path` for what is
/// not JSON and for a missing key or wrong type, NewerFormat for a format newer than
/// known_format.
[[nodiscard]] Manifest parse_manifest(std::string_view text, std::string_view path);

} // namespace k8s_node
