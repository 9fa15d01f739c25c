// Saying good-bye to the cluster, where somebody hears it.
#pragma once

#include "apply/ledger.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

/// Removes this etcd member if there are others, and deletes the Node object.
/// Bounded; what does not succeed is a warning that says what is left to do,
/// since the machine may be all that is left of its cluster.
void leave_cluster(const Ledger& ledger, const Root& root, EventSink& events);

} // namespace k8s_node
