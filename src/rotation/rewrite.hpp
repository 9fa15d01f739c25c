// Writes objects again as they are, so that they are encrypted with the key that is used now: the
// API server rewrites what it has read with another one (apiserver/pkg/storage/etcd3/store.go,
// objState.stale).
#pragma once

#include <string>

#include "cluster/transport.hpp"

namespace k8s_node {

/// Throws Error(unsuitable) for resources whose path is unknown: those of other API groups, "*.*".
void require_rewritable(const std::string& resource);

/// Rewrites all objects of a core resource, "secrets", and returns how many. What somebody else
/// writes or deletes at the same time needs no rewriting. Throws ApiError, ConnectionError; it may
/// be repeated.
std::size_t rewrite_all(cluster::Transport& transport, const std::string& resource);

} // namespace k8s_node
