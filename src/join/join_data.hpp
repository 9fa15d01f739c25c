// Join data: what lets a machine find its cluster safely, and be found to be allowed in it. A YAML
// file; its format is described in k8s-node.yaml(5).
#pragma once

#include <span>
#include <string>
#include <vector>

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
    Position at;
    std::string text; ///< of the file; it holds the token

    /// False if the cluster must be asked for its CA and its settings first.
    [[nodiscard]] bool is_complete() const { return !authority.empty(); }
};

/// Returns the text of a file of join data as a source whose lines can be shown: without the token.
[[nodiscard]] Source hide_token(const std::string& name, std::string_view text);

/// Parses join data. Mistakes are reported at their place in `name`, and never show the token.
[[nodiscard]] JoinData parse_join_data(const std::string& name, std::string_view text,
                                       Diagnostics& diagnostics);

/// Returns the layer of configuration that join data are: profile, release, settings and
/// cluster.endpoint. The token is in none of them.
[[nodiscard]] NodeConfiguration configuration_of(const JoinData& data, Diagnostics& diagnostics);

/// Returns the text of a file of join data. It holds the token: write it 0600.
[[nodiscard]] std::string write_join_data(const JoinData& data);

/// Returns the command that joins a machine, on one line. The token goes through standard input.
[[nodiscard]] std::string join_line(const JoinData& data);

/// Returns the names alone.
[[nodiscard]] std::vector<std::string> names_of(std::span<const NamedAt> names);

} // namespace k8s_node
