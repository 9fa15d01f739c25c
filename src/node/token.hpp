// Bootstrap tokens of the cluster whose control plane this machine is.
#pragma once

#include "join/token.hpp"
#include "node/options.hpp"
#include "support/log.hpp"

namespace k8s_node {

struct TokenRequest {
    std::chrono::seconds ttl = std::chrono::hours(24); ///< zero: the token does not expire
    std::string description{};
    std::string profile = "worker"; ///< of the machines that it is for
    std::string file{};             ///< to write complete join data to; empty for none
};

struct CreatedToken {
    TokenInfo info;
    std::string line; ///< the command that joins a machine; it has the token
};

/// Makes a token and waits until the cluster has signed cluster-info with it, which is reported if
/// it takes too long. Throws Error(unsuitable) on a machine that is no control plane, and
/// Error(usage) if the file exists.
[[nodiscard]] CreatedToken create_join_token(const NodeOptions& options,
                                             const TokenRequest& request, EventSink& events);

/// Returns the tokens of the cluster, without their secrets.
[[nodiscard]] std::vector<TokenInfo> list_tokens(const NodeOptions& options);

/// Throws Error(usage) if there is no such token.
void delete_token(const NodeOptions& options, const std::string& id);

} // namespace k8s_node
