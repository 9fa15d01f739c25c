// Directories that services which are not root get at their files through.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Those that are there and that others may not pass.
[[nodiscard]] std::vector<Change> check_directories(const Root& root);

/// Lets everybody pass; who may list it stays as it is.
void open_directory(const std::string& path, const Root& root);

} // namespace k8s_node
