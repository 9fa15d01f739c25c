// The reasons against running another release on this node, checked in the cluster and on the
// machine before anything is touched.
#pragma once

#include <string>
#include <vector>

#include "generations/system.hpp"
#include "model/finding.hpp"
#include "node/desired.hpp"

namespace k8s_node {

/// `yes`: the node is drained first.
enum class Drain { no, yes };

/// True if the current generation was ever seen working.
[[nodiscard]] bool current_was_good(const Root& root);

/// True if an installed node is to run another release or another etcd.
[[nodiscard]] bool changes_release(const Generation& current, const NodeSpec& spec);

/// "Kubernetes 1.36.4 to 1.36.5"
[[nodiscard]] std::string release_step(const Generation& current, const NodeSpec& spec);

struct ReleaseCheck {
    Findings findings;
    std::vector<std::string> lasting; ///< what a rollback would not undo, a sentence each
};

/// Changes nothing. A query that fails is a finding, not an exception.
[[nodiscard]] ReleaseCheck check_release_change(const NodeOptions& options, const DesiredNode& node,
                                                const Generation& current, Drain drain,
                                                const System& system);

} // namespace k8s_node
