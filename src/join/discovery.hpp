// First contact with a cluster. Nothing is believed because it answered first: cluster-info must be
// signed with the token, its CA must be the pinned one, and the server must prove itself with it.
#pragma once

#include <functional>

#include "cluster/curl_transport.hpp"
#include "join/join_data.hpp"

namespace k8s_node {

/// Returns the data with the cluster's CA, with what its nodes agree on and, for a control plane,
/// with its keys. Data that are complete already are returned as they are. Asks each of the
/// cluster's API servers once, in `loop`, until one answers, and does not wait for it. Throws
/// Error(not_yet) if none does (a cluster::ServerError with the pause that a busy one asks for), or
/// if this machine's clock is before the CA's time; ConfigurationError at the token, pin or
/// certificate key that the cluster does not know; Error(verification) if a proof fails, which
/// somebody in the middle would cause.
[[nodiscard]] JoinData discover(JoinData data, EventLoop& loop);

/// Returns a connection to the cluster as the bearer of the token. The server must prove itself
/// with the CA.
[[nodiscard]] cluster::CurlTransport connect_with_token(const JoinData& data, EventLoop& loop);

/// Calls `ask` with the data of each API server, until one answers, and turns its errors into
/// those of discover(): the first if none does.
void ask_cluster_of(const JoinData& data, EventLoop& loop,
                    const std::function<void(const JoinData&)>& ask);

} // namespace k8s_node
