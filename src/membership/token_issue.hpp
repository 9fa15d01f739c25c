// Bootstrap tokens in a cluster: made, listed, taken away by its administrator.
#pragma once

#include <vector>

#include "cluster/api_client.hpp"
#include "join/cluster_keys.hpp"
#include "join/token.hpp"
#include "loop/event_loop.hpp"
#include "support/log.hpp"

namespace k8s_node {

struct TokenRequest {
    std::chrono::seconds ttl = std::chrono::hours(24); ///< zero: the token does not expire
    std::string description{};
    std::string profile = "worker"; ///< of the machines that it is for
    std::string file{};             ///< to write complete join data to; empty for none
    bool completes = false;         ///< return complete join data; a file has them in any case
    ClusterKeys keys{}; ///< of this cluster, if the machines are to be control planes; else empty
};

struct IssuedToken {
    TokenInfo info;
    std::string line;   ///< the command that joins a machine; it has the token
    std::string data{}; ///< complete join data, if they were asked for
    /// When the cluster deletes the keys that `line` opens; nullopt if it opens none.
    std::optional<std::chrono::sys_seconds> keys_expire{};
};

/// Makes a token and waits until the cluster has signed cluster-info with it; that it takes too
/// long is reported. Keys go into complete data, or else encrypted into the cluster. Throws
/// Error(usage) if the file exists, Error(unsuitable) if the cluster's controllers could not run on
/// more than one control plane.
[[nodiscard]] IssuedToken issue_token(cluster::ApiClient& client, const TokenRequest& request,
                                      EventLoop& loop, EventSink& events);

/// Returns the tokens of the cluster, without their secrets.
[[nodiscard]] std::vector<TokenInfo> list_tokens(cluster::ApiClient& client);

/// Throws Error(usage) if there is no such token.
void remove_token(cluster::ApiClient& client, const std::string& id);

} // namespace k8s_node
