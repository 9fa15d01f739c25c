// Components, profiles, releases and node configuration as they are written: their structure is
// read, nothing is resolved yet.
#pragma once

#include "model/artifact.hpp"
#include "model/setting.hpp"

namespace k8s_node {

/// A name and where it is written.
struct NamedAt {
    std::string name;
    Position at;
};

/// One component file. `body` holds the parts (services, files, certificates…)
/// that are expanded once settings are known.
struct ComponentDefinition {
    std::string name;
    std::string description;
    std::vector<NamedAt> needs;    ///< components that must be in the profile too
    std::vector<NamedAt> supports; ///< clauses that must hold for the release and the machine
    std::vector<NamedAt> when;     ///< clauses about settings, without which it has no effect
    std::vector<SettingSpec> settings;
    Tree body;
    Position at;
};

/// One profile file, or one layer of node configuration: both add components
/// and set values; a later layer wins.
struct ConfigurationLayer {
    std::vector<NamedAt> components;
    std::vector<NamedAt> without; ///< components of an earlier layer to remove
    Tree settings;                ///< component → key → value
    Tree overrides;               ///< component → part of a component file, merged onto it
    /// Logical name → release artifacts, of which the first that the release has is meant.
    std::vector<std::pair<std::string, std::vector<NamedAt>>> artifacts;
};

struct ProfileDefinition {
    std::string name;
    std::string description;
    std::optional<NamedAt> extends;
    ConfigurationLayer layer;
    Position at;
};

/// One layer of the operator's configuration (node.yaml, a drop-in, --set …).
struct NodeConfiguration {
    std::optional<NamedAt> profile;
    std::optional<NamedAt> release;
    std::vector<NamedAt> mirrors;
    std::optional<NamedAt> mirror_ca; ///< path of a PEM bundle
    bool require_signatures = false;
    ConfigurationLayer layer;
    Position at; ///< the start of the file
};

/// An artifact of a release, for all architectures.
struct ReleaseArtifact {
    std::string name;
    std::string version;
    Position version_at;
    std::string url;                                     ///< may contain ${arch}
    std::string license;                                 ///< SPDX expression; may be empty
    std::vector<std::pair<std::string, Digest>> digests; ///< by architecture
    std::vector<ArchiveMember> members;                  ///< may contain ${arch}
    std::string file;
    unsigned file_mode = 0755;
    Position at;
};

struct Release {
    std::string name; ///< also the Kubernetes version: "1.36.5"
    Position name_at;
    std::string pause_image;
    std::vector<ReleaseArtifact> artifacts;
    Position at;
};

} // namespace k8s_node
