// Leaving the cluster, if there is one that answers.
#pragma once

#include "generations/ledger.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// Removes this etcd member if there are others, and deletes the Node object. Takes a bounded time;
/// failures are warnings that say what is left to do, since the machine may be all that is left of
/// its cluster.
void leave_cluster(const Ledger& ledger, const Root& root, EventSink& events);

} // namespace k8s_node
