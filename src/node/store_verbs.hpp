// Looking after the store.
#pragma once

#include <string>
#include <vector>

#include "node/options.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// Hashes every file of the artifacts that this node uses; one line for each
/// that is not as published. Throws Error.
[[nodiscard]] std::vector<std::string> verify_store(const NodeOptions& options);

/// Removes store entries that no generation on disk names. Returns their names.
std::vector<std::string> collect_store(const NodeOptions& options, EventSink& events);

} // namespace k8s_node
