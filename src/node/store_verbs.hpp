// Checking and cleaning the store.
#pragma once

#include <string>
#include <vector>

#include "configuration/options.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// Hashes every file of every entry in the store, of whichever release, and checks that everything
/// that generations need is there. Returns a line for each difference; none for an empty store.
/// Needs no configuration.
[[nodiscard]] std::vector<std::string> verify_store(const NodeOptions& options);

/// Removes store entries that nothing needs: no generation on disk, not the configuration, no
/// running program. Returns their names. Throws Error if that is unknown: a generation without a
/// readable manifest, or a boot in which another generation hides the current one.
std::vector<std::string> collect_store(const NodeOptions& options, EventSink& events);

} // namespace k8s_node
