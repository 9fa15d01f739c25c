// Looking after the store.
#pragma once

#include <string>
#include <vector>

#include "node/options.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// Hashes every file of every entry in the store, whichever release it is of,
/// and looks for what generations need. One line for each thing that is not as
/// published or not there; an empty store is none. Needs no configuration.
[[nodiscard]] std::vector<std::string> verify_store(const NodeOptions& options);

/// Removes store entries that nothing needs: no generation on disk, not the
/// configuration, no running program. Returns their names. Throws Error when
/// it cannot tell: a generation without a manifest that can be read, or a boot
/// in which another generation covers the current one.
std::vector<std::string> collect_store(const NodeOptions& options, EventSink& events);

} // namespace k8s_node
