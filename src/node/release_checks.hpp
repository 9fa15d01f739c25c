// What speaks against running another release on this node: asked of the
// cluster and the machine before anything is touched.
#pragma once

#include <string>
#include <vector>

#include "apply/system.hpp"
#include "model/finding.hpp"
#include "node/desired.hpp"

namespace k8s_node {

/// Whether the node shall empty itself of pods first.
enum class Drain { no, yes };

/// Whether the current generation was ever seen working.
[[nodiscard]] bool current_was_good(const Root& root);

/// Whether a node that is installed shall run another release or another etcd.
[[nodiscard]] bool changes_release(const Generation& current, const NodeSpec& spec);

/// "Kubernetes 1.36.4 to 1.36.5"
[[nodiscard]] std::string release_step(const Generation& current, const NodeSpec& spec);

struct ReleaseCheck {
    Findings findings;
    std::vector<std::string> lasting; ///< what going back would not undo, a sentence each
};

/// Looks only. What cannot be asked is a finding, not an exception.
[[nodiscard]] ReleaseCheck check_release_change(const NodeOptions& options, const DesiredNode& node,
                                                const Generation& current, Drain drain,
                                                const System& system);

} // namespace k8s_node
