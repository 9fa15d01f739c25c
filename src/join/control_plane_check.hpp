// Reasons against a machine becoming a further control plane of a cluster, as far as the
// machine itself knows.
#pragma once

#include "join/join_data.hpp"
#include "model/finding.hpp"
#include "model/node_spec.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Looks at the keys of the data, at those in /etc/kubernetes/pki, and at settings that must not be
/// those of the first control plane.
[[nodiscard]] Findings check_control_plane(const JoinData& data, const NodeSpec& spec,
                                           const Root& root);

} // namespace k8s_node
