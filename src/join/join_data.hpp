// Join data: what lets a machine find its cluster safely, and be found to be allowed in it. A YAML
// file; its format is described in k8s-node.yaml(5).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "join/cluster_keys.hpp"
#include "join/token.hpp"
#include "model/definition.hpp"

namespace k8s_node {

/// How layers, and messages, call it.
inline constexpr const char* join_data_layer = "join data";

namespace paths {
inline constexpr const char* join_data = "/etc/k8s-node/join.yaml";
} // namespace paths

struct JoinData {
    NamedAt endpoint;      ///< "https://192.0.2.10:6443"
    std::string authority; ///< the cluster's CA certificates, PEM; empty while only pins are known
    std::vector<NamedAt> pins;
    BootstrapToken token;
    Position token_at;
    std::optional<NamedAt> profile;
    std::optional<NamedAt> release;
    Tree settings; ///< component → key → value

    /// Of a control plane: the cluster's keys, or what opens those that the cluster keeps.
    std::string certificate_key;
    Position certificate_key_at;
    ClusterKeys keys;
    Position keys_at;
    std::vector<NamedAt> control_planes; ///< further API servers to ask, as `endpoint`
    /// Of a seed: the node that begins the cluster, and until when; later the data only join.
    std::optional<NamedAt> begins;
    std::optional<std::chrono::sys_seconds> begins_until;

    Position at;
    std::string text; ///< of the file; it holds the token, and perhaps keys

    /// False if the cluster must be asked for its CA, its settings or its keys first.
    [[nodiscard]] bool is_complete() const {
        return !authority.empty() && (certificate_key.empty() || !keys.empty());
    }
    /// True if a control plane can be made of them.
    [[nodiscard]] bool is_for_control_plane() const {
        return !keys.empty() || !certificate_key.empty();
    }
};

/// Parses join data. Mistakes are reported at their place in `name`, and never show a secret.
[[nodiscard]] JoinData parse_join_data(const std::string& name, std::string_view text,
                                       Diagnostics& diagnostics);

/// Returns the layer of configuration that join data are: profile, release, settings,
/// cluster.endpoint and, with keys, etcd.join. No secret is in any of them.
[[nodiscard]] NodeConfiguration configuration_of(const JoinData& data, Diagnostics& diagnostics);

/// Returns the text of a file of join data. It holds the token and the keys: write it 0600.
[[nodiscard]] std::string write_join_data(const JoinData& data);

/// Returns the command that joins a machine, on one line. Token and certificate key go through
/// standard input.
[[nodiscard]] std::string join_line(const JoinData& data);

/// Returns the API servers to ask: `endpoint`, then each of `control_planes` once.
[[nodiscard]] std::vector<std::string> endpoints_of(const JoinData& data);

/// Returns the names alone.
[[nodiscard]] std::vector<std::string> names_of(std::span<const NamedAt> names);

} // namespace k8s_node
