// First contact with a cluster. Nothing is believed because it answered first: cluster-info must be
// signed with the token, its CA must be the pinned one, and the server must prove itself with it.
#pragma once

#include <functional>

#include "cluster/curl_transport.hpp"
#include "join/join_data.hpp"

namespace k8s_node {

/// Returns the data with the cluster's CA and with what its nodes agree on. Data that are complete
/// already are returned as they are. Asks the cluster once, in `loop`, and does not wait for it.
/// Throws Error(not_yet) if it does not answer, or if this machine's clock is before the CA's time;
/// ConfigurationError at the token or pin that the cluster does not know; Error(verification) if a
/// proof fails, which somebody in the middle would cause.
[[nodiscard]] JoinData discover(JoinData data, EventLoop& loop);

/// Returns a connection to the cluster as the bearer of the token. The server must prove itself
/// with the CA.
[[nodiscard]] cluster::CurlTransport connect_with_token(const JoinData& data, EventLoop& loop);

/// Calls `ask`, and turns its errors into those of discover().
void ask_cluster_of(const JoinData& data, const std::function<void()>& ask);

} // namespace k8s_node
