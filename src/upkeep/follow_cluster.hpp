// A joined node follows the CAs of its cluster.
#pragma once

#include "generations/system.hpp"

namespace k8s_node {

enum class Followed { nothing, something };

/// Lets this node trust the CAs that its cluster names, and kubelet ask for new certificates if
/// another CA signs now; restarts what reads them, and reports it in the Node object. Does nothing
/// on a control plane; a cluster that cannot be asked, and a CA file of somebody else, are
/// reported. A run that was killed is repeated. Throws Error if what has begun fails.
Followed follow_cluster(const NodeSpec& spec, const Generation& current, System& system);

} // namespace k8s_node
