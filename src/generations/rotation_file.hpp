// The record of the replacement of keys, which stays as long as the keys do.
#pragma once

#include <filesystem>

#include "support/files.hpp"

namespace k8s_node {

/// Returns /etc/k8s-node/state/rotation.json below the root.
[[nodiscard]] std::filesystem::path rotation_file(const Root& root);

} // namespace k8s_node
