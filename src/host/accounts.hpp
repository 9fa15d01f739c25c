// The users and groups of this machine's files: no name service, which may be down.
#pragma once

#include <set>
#include <string>

#include "support/files.hpp"

namespace k8s_node::host {

/// Returns the names in passwd(5), none if there is no such file. Throws Error if it cannot be
/// read.
[[nodiscard]] std::set<std::string> user_names(const Root& root);

/// Likewise of group(5).
[[nodiscard]] std::set<std::string> group_names(const Root& root);

} // namespace k8s_node::host
