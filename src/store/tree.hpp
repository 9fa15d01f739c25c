// Lists and creates directories; failures are thrown as Error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace k8s_node {

/// Returns the sorted paths directly in a directory.
[[nodiscard]] std::vector<std::filesystem::path>
list_directory(const std::filesystem::path& directory);

/// Returns all paths below a directory, each directory before its content.
[[nodiscard]] std::vector<std::filesystem::path> list_tree(const std::filesystem::path& directory);

/// Creates the missing directories of a staged tree without syncing them: publishing syncs the
/// whole tree.
void make_staged_directories(const std::filesystem::path& directory);

/// Returns when the content of a file last changed, CLOCK_REALTIME in ns; 0 if there is no file.
[[nodiscard]] std::int64_t modification_time(const std::filesystem::path& path);

} // namespace k8s_node
