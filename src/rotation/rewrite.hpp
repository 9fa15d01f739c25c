// Writes objects again as they are, so that they are encrypted with the key that is used now: the
// API server rewrites what it has read with another one (apiserver/pkg/storage/etcd3/store.go,
// objState.stale).
#pragma once

#include <string>

#include "cluster/transport.hpp"
#include "rotation/phase.hpp"

namespace k8s_node {

enum class RewriteTime { never, before_the_change, after_restarts };

/// Returns when a phase writes the objects again. Those of an etcd that was restored from a
/// snapshot since the phase `use` need the old key again, so `drop` does it once more before that
/// key goes.
[[nodiscard]] RewriteTime rewrite_time(const std::string& subject, Phase phase);

/// Throws Error(unsuitable) for resources whose path is unknown: those of other API groups, "*.*".
void require_rewritable(const std::string& resource);

/// Rewrites all objects of a core resource, "secrets", and returns how many. What somebody else
/// writes or deletes at the same time needs no rewriting. Throws ApiError, ConnectionError, and
/// Error for an answer that is no list; it may be repeated.
std::size_t rewrite_all(cluster::Transport& transport, const std::string& resource);

} // namespace k8s_node
