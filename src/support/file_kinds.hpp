// Kinds of files: what is missing, a directory, or a file that cannot make a run wait.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

namespace k8s_node {

/// True for the errors of the system that say that there is nothing at a path.
[[nodiscard]] bool is_missing(const std::error_code& error);

/// True for a directory itself, not for a link to one. False also where that cannot be told.
[[nodiscard]] bool is_real_directory(const std::filesystem::path& path);

/// Returns the content of a file, nullopt if there is none. Throws Error naming the path if it
/// cannot be read, and for a pipe or device, which could block forever.
[[nodiscard]] std::optional<std::string>
read_regular_file_if_exists(const std::filesystem::path& path);

} // namespace k8s_node
