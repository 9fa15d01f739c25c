// Join data of a run: found, completed by the cluster, checked.
#pragma once

#include <memory>

#include "join/join_data.hpp"
#include "loop/event_loop.hpp"
#include "model/finding.hpp"
#include "model/node_spec.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Returns the join data of a run: those of the file `given` ("-": standard input), else the system
/// credential `k8s_node.join`, else /etc/k8s-node/join.yaml; nullptr if there are none. If they
/// have only pins, the cluster is asked for the rest, with the errors of discover(). Given ones
/// that the file already completes are those of the file. Changes nothing. Throws
/// ConfigurationError.
[[nodiscard]] std::shared_ptr<const JoinData> find_join_data(const std::string& given,
                                                             const Root& root, EventLoop& loop);

/// Returns the join data in /etc/k8s-node/join.yaml as they are, for runs that ask nobody; nullopt
/// if there is no such file. Throws Error if this user may not read it.
[[nodiscard]] std::optional<JoinData> kept_join_data(const Root& root, Diagnostics& diagnostics);

/// Returns what speaks against this machine joining as that node; nothing for one that has joined
/// this cluster. The data must be complete. Asks the cluster, with the errors of discover().
[[nodiscard]] Findings check_joining(const JoinData& data, const NodeSpec& spec, const Root& root,
                                     EventLoop& loop);

/// Returns the data with the decision who begins their cluster; nullptr if there is none to make:
/// see decide_beginning().
[[nodiscard]] std::shared_ptr<const JoinData>
decide_who_begins(const std::shared_ptr<const JoinData>& data, const NodeSpec& spec,
                  const Root& root, EventLoop& loop);

/// Like check_joining(), but for a node that will ask for its identity again, whether it has one
/// now or not. Nothing for a control plane.
[[nodiscard]] Findings check_joining_again(const JoinData& data, const NodeSpec& spec,
                                           const Root& root, EventLoop& loop);

} // namespace k8s_node
