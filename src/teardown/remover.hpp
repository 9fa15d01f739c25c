// Deletes trees without ever leaving them: crosses no mount and follows no symbolic link
// (openat2(2)), so that `/` bind-mounted inside is safe whatever happens between check and
// deletion.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace k8s_node::teardown {

/// `remove` if the top of a tree goes as well, `keep` if only its content does.
enum class Top { remove, keep };

/// Removes a file, a link or everything below a directory. `keep` names absolute paths that stay,
/// with the directories that lead to them. A missing path is not an error. Throws Error naming
/// the place where it cannot continue: a mount, a file that is in use or protected.
void remove_tree(const std::filesystem::path& path, Top top,
                 const std::set<std::string>& keep = {});

/// Removes the directory if it exists and is empty. Throws Error for any other reason why it
/// cannot be removed.
void remove_if_empty(const std::filesystem::path& directory);

/// Returns the existing paths that match a pattern in the last part of a path, sorted; a path
/// without a pattern matches itself, if it exists. Throws Error if the directory cannot be listed.
[[nodiscard]] std::vector<std::filesystem::path> matching_paths(const std::string& pattern);

} // namespace k8s_node::teardown
