// The files of an administrator that a rollout brings to every node.
#pragma once

#include "configuration/options.hpp"
#include "rollout/request.hpp"

namespace k8s_node {

/// Reads `options.release`, and `options.configuration` if there is one; without a release, that of
/// this node's generation. Throws Error(usage) if there is neither, ConfigurationError for what is
/// wrong with them, and for a profile or a release in the configuration of all nodes, and
/// Error(verification) if this machine requires signatures and the release does not carry one that
/// it trusts: the nodes would refuse it in their turns.
void load_content(const NodeOptions& options, rollout::Request& request);

} // namespace k8s_node
