// The node spec: the complete desired state of one node, resolved and typed. A pure function of
// profile, components, release, configuration layers and host facts; rendering and planning use
// nothing else.
#pragma once

#include "model/artifact.hpp"
#include "model/cleanup.hpp"
#include "model/inlined_certificate.hpp"
#include "model/live_probe.hpp"
#include "model/pki_spec.hpp"
#include "model/provided.hpp"
#include "model/reliance.hpp"
#include "model/setting.hpp"

namespace k8s_node {

/// Part of an argument: literal text, or the directory in which systemd puts
/// the service's credentials (its %d, systemd.unit(5)).
struct ArgumentPiece {
    bool credentials_directory = false;
    std::string text;
    bool operator==(const ArgumentPiece&) const = default;
};

/// One argument of a command line, or the value of an environment variable.
using Argument = std::vector<ArgumentPiece>;

/// A directive of a unit file by systemd's own name, e.g. {"Restart", {"always"}}.
/// Several values become several lines.
struct UnitProperty {
    std::string key;
    std::vector<std::string> values;
};

/// A readiness probe of an endpoint and its deadline.
struct ReadyProbe {
    Argument url;         ///< "https://127.0.0.1:6443/readyz"
    Argument authority;   ///< PEM file of the CA of the server's certificate; may be empty
    std::string contains; ///< text that the response must contain; may be empty
    std::string deadline = "60s";
};

struct ServiceSpec {
    std::string component;
    std::string unit; ///< "kube-apiserver.service"
    std::string description;
    std::string documentation;                    ///< a URI, may be empty
    std::string source;                           ///< the component's file
    std::vector<std::vector<Argument>> start_pre; ///< commands before the main one
    std::vector<Argument> command;
    std::vector<std::pair<std::string, Argument>> environment;
    std::vector<std::pair<std::string, std::string>> credentials; ///< id, file
    std::vector<UnitProperty> unit_properties;
    std::vector<UnitProperty> service_properties;
    bool strict_sandbox = false;
    std::vector<std::string> wants;
    std::vector<std::string> required;
    std::vector<std::string> after;
    std::vector<std::string> before;
    /// An endpoint that must respond, with any response, before the program is started; at the
    /// deadline it is started anyway.
    std::optional<ReadyProbe> wait_for;
    std::optional<ReadyProbe> ready;
    std::optional<LiveProbe> live;
};

/// A file of the generation itself, below config/.
struct ConfigFile {
    std::string name;
    std::string content;
    bool operator==(const ConfigFile&) const = default;
};

/// A file outside the generation, where other programs look for it.
struct HostFile {
    std::string path;
    std::string content;
    unsigned mode = 0644;
    std::string component;
};

/// A symbolic link outside the generation.
struct HostLink {
    std::string path;
    std::string target;
    std::string component;
};

/// An object in the cluster, applied with server-side apply.
struct ClusterObject {
    std::string title;    ///< "ClusterRoleBinding/k8s-node:kubelet-api-admin"
    std::string identity; ///< "rbac.authorization.k8s.io/v1 ClusterRoleBinding k8s-node:…"
    std::string json;
    std::vector<InlinedCertificate> inlined; ///< in `json`, when it is applied
};

/// A TCP port that a service will listen on.
struct ListeningPort {
    std::uint16_t number = 0;
    std::string component;
    std::string address = {}; ///< where it is bound; empty for all addresses
};

/// A value of the node and where it was set: "kubelet.services.kubelet.flags.v".
struct NamedValue {
    std::string name;
    Tree value;
};

struct NodeSpec {
    std::string profile;
    std::string release; ///< also the Kubernetes version
    std::string architecture;
    std::string node_name;
    std::string node_address;
    std::vector<std::string> components; ///< in the profile's order
    std::vector<Artifact> artifacts;     ///< only those that a component uses
    PkiSpec pki;
    std::vector<ServiceSpec> services;
    std::vector<ConfigFile> configs;
    std::vector<HostFile> files;
    std::vector<HostLink> links;
    std::vector<ClusterObject> objects;
    std::vector<ListeningPort> ports;
    std::vector<std::string> needed_programs; ///< looked up in PATH
    std::vector<std::string> kernel_modules;  ///< that must be there or can be loaded
    Provided provided;
    std::string cluster_kubeconfig; ///< for cluster objects; empty if this node has none
    std::string node_kubeconfig;    ///< to wait for Ready; empty if there is no kubelet
    std::vector<std::pair<std::string, std::string>> node_labels; ///< set with cluster_kubeconfig
    std::string pod_cidr; ///< this node's pod network, for its Node object; may be empty
    std::vector<std::string> mirrors;
    std::string mirror_ca;
    Cleanup cleanup;   ///< of all components
    Reliance reliance; ///< likewise
    Settings settings;
    std::vector<NamedValue>
        choices; ///< profile, release, mirrors: what layers choose besides settings
    std::vector<NamedValue> parts; ///< every value of every component's parts
};

/// Well-known paths. They are constants because every runbook would have to ask for a
/// configurable path.
namespace paths {
inline constexpr const char* configuration = "/etc/k8s-node";
inline constexpr const char* generations = "/etc/k8s-node/generations";
inline constexpr const char* current = "/etc/k8s-node/current";
inline constexpr const char* store = "/opt/k8s-node/store";
inline constexpr const char* lock = "/run/k8s-node-install.lock";
/// While this file exists, entries may be missing from the store: a first installation is
/// fetching them. Gone after a reboot.
inline constexpr const char* first_installation = "/run/k8s-node-install.first";
} // namespace paths

} // namespace k8s_node
