// Leaving the cluster, if there is one that answers.
#pragma once

#include "resources/removal.hpp"

namespace k8s_node {

/// Throws Error(unsuitable) if the other members of etcd would be no majority without this one.
/// Does nothing if its data are kept, or if this member does not answer: then it is of no use to
/// them.
void require_majority_without(const Removal& removal);

/// Deletes what this node has in the API, as far as it may: a control plane all of it
/// (delete_remains()), another node its Node object and Lease. Then removes this etcd member, if
/// there are others and they remain a majority. Takes a bounded time; failures are warnings that
/// say what is left to do, since the machine may be all that is left of its cluster.
void leave_cluster(const Removal& removal);

} // namespace k8s_node
