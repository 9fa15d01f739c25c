// Looks at and makes directories; failures are errors of this program.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace k8s_node {

/// The paths in a directory, not below it; sorted.
[[nodiscard]] std::vector<std::filesystem::path>
list_directory(const std::filesystem::path& directory);

/// All paths below a directory, each directory before what is in it.
[[nodiscard]] std::vector<std::filesystem::path> list_tree(const std::filesystem::path& directory);

/// Whether this is a directory itself, not a link to one.
[[nodiscard]] bool is_real_directory(const std::filesystem::path& path);

/// Creates the missing directories of a tree that is staged: nothing is
/// synced, publishing does that once for all.
void make_staged_directories(const std::filesystem::path& directory);

/// When the content of a file last changed, CLOCK_REALTIME in ns; 0 for none.
[[nodiscard]] std::int64_t modification_time(const std::filesystem::path& path);

} // namespace k8s_node
