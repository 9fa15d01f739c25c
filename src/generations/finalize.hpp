// The last step of a reset: the ledger is renamed away in one step, and what has the new name can
// only be deleted, by whichever run comes next.
#pragma once

#include <filesystem>
#include <vector>

#include "support/files.hpp"

namespace k8s_node {

/// The owner of /etc/k8s-node: `ours` if it was created with the node.
enum class Configuration { ours, theirs };

/// Removes the state, and /etc/k8s-node with it if it is ours and holds nothing else. Everything
/// else of the node must be removed already, durably. If this is killed at any moment, either the
/// ledger is in its place or finish_finalizing() does the rest.
void finalize(const Root& root, Configuration configuration);

/// Returns what an interrupted finalize() left.
[[nodiscard]] std::vector<std::filesystem::path> unfinalized(const Root& root);

/// Deletes what unfinalized() returns, if anything.
void finish_finalizing(const Root& root);

} // namespace k8s_node
