// The last moment of a reset: the ledger goes out of sight in one step, and
// what has its new name is only to be deleted, whoever comes by next.
#pragma once

#include <filesystem>
#include <vector>

#include "support/files.hpp"

namespace k8s_node {

/// Whether /etc/k8s-node itself came with the node.
enum class Configuration { ours, theirs };

/// Takes the state away, and /etc/k8s-node with it if it is ours and holds
/// nothing else. All else of the node must have gone, durably. Killed at any
/// moment, either the ledger is where it was or finish_vanishing does the rest.
void vanish(const Root& root, Configuration configuration);

/// What an interrupted vanish() has left.
[[nodiscard]] std::vector<std::filesystem::path> vanishing(const Root& root);

/// Deletes it. Nothing there is no error.
void finish_vanishing(const Root& root);

} // namespace k8s_node
