// Join data that a node keeps: they follow the cluster's keys, or the node would soon be taken for
// one of another cluster.
#pragma once

#include "support/files.hpp"

namespace k8s_node {

/// Puts the cluster's CA, its pins if the data have any, and those of the cluster's keys that the
/// data hold, as they are in /etc/kubernetes/pki now, into /etc/k8s-node/join.yaml. Does nothing
/// without that file. Throws ConfigurationError for one that cannot be read.
void update_kept_join_data(const Root& root);

} // namespace k8s_node
