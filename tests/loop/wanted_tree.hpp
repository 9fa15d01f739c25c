// The tree of files that the demonstration keeps.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace k8s_node::demo {

enum class ItemKind { directory, file, link };

struct Item {
    ItemKind kind = ItemKind::file;
    std::filesystem::path path; ///< relative to the root
    std::string content;        ///< of a file; the target of a link
    mode_t mode = 0644;
};

/// Returns all items, directories before what is in them.
[[nodiscard]] const std::vector<Item>& wanted_tree();

[[nodiscard]] bool is_converged(const std::filesystem::path& root, const Item& item);

/// Makes the item as it is wanted, whatever is in its place. Throws Error or filesystem_error where
/// somebody changes the same place meanwhile.
void mend(const std::filesystem::path& root, const Item& item);

} // namespace k8s_node::demo
