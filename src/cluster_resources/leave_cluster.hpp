// Leaving the cluster, if there is one that answers.
#pragma once

#include "resources/removal.hpp"

namespace k8s_node {

/// Removes this etcd member if there are others, and deletes the Node object. Takes a bounded time;
/// failures are warnings that say what is left to do, since the machine may be all that is left of
/// its cluster.
void leave_cluster(const Removal& removal);

} // namespace k8s_node
