// Where a path that need not exist yet will be.
#pragma once

#include <filesystem>

namespace k8s_node::host {

/// Returns the path itself or else the nearest directory above it that exists. What cannot be
/// looked at is passed over like what is missing: it is on the file system of what is above it, as
/// far as this process can tell.
[[nodiscard]] std::filesystem::path nearest_existing(std::filesystem::path path);

} // namespace k8s_node::host
