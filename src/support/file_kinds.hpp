// Files that an operator names and that must not make a run wait.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace k8s_node {

/// Returns the content of a file, nullopt if there is none. Throws Error naming the path if it
/// cannot be read, and for a pipe or device, which could block forever.
[[nodiscard]] std::optional<std::string>
read_regular_file_if_exists(const std::filesystem::path& path);

} // namespace k8s_node
