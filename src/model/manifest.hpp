// The manifest of a generation: all that is known of a node when its configuration is resolved and
// that later steps need. The generator adds its units to the boot from it; plan, status and
// rollback read it instead of searching the texts of units.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/inlined_certificate.hpp"
#include "model/live_probe.hpp"
#include "model/probe.hpp"
#include "model/provided.hpp"

namespace k8s_node {

/// A file that a unit reads, by its path on the machine: a change of it needs a restart.
struct UnitInput {
    std::string path{};     ///< "/etc/kubernetes/pki/ca.crt"
    std::string named_by{}; ///< the file that names it; empty if the unit itself does
    bool operator==(const UnitInput&) const = default;
};

/// The place of a unit in a change of the release (see k8s-node-component(5)).
struct UnitRollout {
    /// A newer program changes its data, so everything else must have proved to work.
    bool last = false;
    /// Units whose programs must not be older than its own.
    std::vector<std::string> after{};
    bool operator==(const UnitRollout&) const = default;
};

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
    bool in_target = true;           ///< started with k8s-node.target, not by another unit
    std::optional<Probe> ready{};    ///< answers when the unit works
    std::optional<LiveProbe> live{}; ///< answers as long as it does; older programs wrote none
    std::vector<UnitInput> inputs{}; ///< closer ones first
    UnitRollout rollout{};
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

/// A cluster object of a generation.
struct ObjectEntry {
    std::string file{};     ///< "objects/00.json"
    std::string identity{}; ///< "v1 ConfigMap space/name": what finds it in the cluster
    std::vector<InlinedCertificate> inlined{};
    bool operator==(const ObjectEntry&) const = default;
};

/// manifest.json of a generation.
struct Manifest {
    /// The newest format that this program knows. A change that an older program would misread
    /// needs a new format number.
    static constexpr int known_format = 2;

    int format = known_format;
    std::string profile{};
    std::string release{};
    std::string kubernetes_version{};
    std::string architecture{};
    std::string node_name{};
    std::string node_address{};               ///< at which other nodes reach this one
    std::vector<std::string> store_entries{}; ///< absolute directories that must exist
    std::vector<UnitEntry> units{};
    std::vector<std::string> host_files{}; ///< absolute paths; their content is in host/<path>
    std::map<std::string, unsigned> host_modes{}; ///< of host files, where not 0644
    ClusterAccess cluster{};
    std::vector<ComponentEntry> components{}; ///< in the order of the profile
    Provided provided{};
    std::vector<ObjectEntry> objects{};         ///< in the order of applying
    std::map<std::string, std::string> fixed{}; ///< settings that cannot change any more
    bool operator==(const Manifest&) const = default;
};

[[nodiscard]] std::vector<std::string> unit_names(const Manifest& manifest);
[[nodiscard]] bool has_unit(const Manifest& manifest, const std::string& unit);

/// Returns the manifest as JSON, the same bytes for equal values. Throws Error for text that is
/// not UTF-8.
[[nodiscard]] std::string write_manifest(const Manifest& manifest);

/// Returns the unit's entry, nullptr if the manifest has none.
[[nodiscard]] const UnitEntry* find_unit(const Manifest& manifest, const std::string& unit);

/// Parses the output of write_manifest(). Ignores unknown keys. A manifest of format 1, as older
/// programs wrote it, keeps that number and lacks what only format 2 has: see
/// generations/manifest_migration.hpp. Throws Error naming `path` for what is not JSON and for a
/// missing key or wrong type, NewerFormat for a format newer than known_format.
[[nodiscard]] Manifest parse_manifest(std::string_view text, std::string_view path);

} // namespace k8s_node
