// Directories that services which do not run as root must pass to reach their files.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Returns a change for each existing one that others may not pass.
[[nodiscard]] std::vector<Change> check_directories(const Root& root);

/// Adds the execute bits for everybody; the read bits stay as they are.
void open_directory(const std::string& path, const Root& root);

} // namespace k8s_node
