// Deleting trees without ever leaving them: no mount is crossed, no symbolic
// link followed (openat2(2)), so that `/` bind-mounted inside is safe whatever
// happened between a look and a deletion.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace k8s_node::teardown {

/// Whether the top of a tree goes too.
enum class Top { remove, keep };

/// Removes a file, a link or everything below a directory. `keep` names
/// absolute paths that stay, with the directories that lead to them. Nothing
/// there is no error. Throws Error naming the place where it cannot go on: a
/// mount, a file that is in use or protected.
void remove_tree(const std::filesystem::path& path, Top top,
                 const std::set<std::string>& keep = {});

/// Removes the directory if it is empty; one that is not, or not there, stays as
/// it is. Throws Error for whatever else keeps it.
void remove_if_empty(const std::filesystem::path& directory);

/// The existing paths that a pattern in the last part of a path stands for,
/// sorted; a path without one stands for itself, if it exists.
[[nodiscard]] std::vector<std::filesystem::path> matching_paths(const std::string& pattern);

} // namespace k8s_node::teardown
