// Join data of a run: found, completed by the cluster, checked, kept on this machine.
#pragma once

#include <memory>

#include "join/join_data.hpp"
#include "model/finding.hpp"
#include "model/node_spec.hpp"
#include "node/options.hpp"

namespace k8s_node {

/// Returns the join data of a run: those of --join, else the system credential `k8s_node.join`,
/// else /etc/k8s-node/join.yaml; nullptr if there are none. If they have only pins, the cluster is
/// asked for the rest, with the errors of discover(). Given ones that the file already completes
/// are those of the file. Changes nothing. Throws ConfigurationError.
[[nodiscard]] std::shared_ptr<const JoinData> find_join_data(const NodeOptions& options);

/// Returns the join data in /etc/k8s-node/join.yaml as they are, for runs that ask nobody; nullopt
/// if there is no such file, or this user may not read it.
[[nodiscard]] std::optional<JoinData> kept_join_data(const NodeOptions& options,
                                                     Diagnostics& diagnostics);

/// Returns what speaks against joining with `options.join_data`; nothing for a node that has
/// joined this cluster. Asks the cluster, with the errors of discover().
[[nodiscard]] Findings check_joining(const NodeOptions& options, const NodeSpec& spec);

/// Writes `options.join_data` to /etc/k8s-node/join.yaml, readable by root only, unless they are
/// there already. A file that was not there before is ours.
void keep_join_data(const NodeOptions& options);

} // namespace k8s_node
