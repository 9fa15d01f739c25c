// The machine as the generator sees it: files below a root, read-only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::generator {

/// Paths are absolute and taken below the root: "/" in a boot, a directory in
/// tests.
class InputTree {
public:
    explicit InputTree(std::string root) : root_(std::move(root)) {}

    /// Returns a file's content, or nullopt if there is none. Throws Error if it cannot be read or
    /// is larger than `limit` bytes.
    [[nodiscard]] std::optional<std::string> read(std::string_view path, std::size_t limit) const;

    /// Returns the target of a symbolic link, or nullopt if nothing is there. Throws Error if it is
    /// not a symbolic link.
    [[nodiscard]] std::optional<std::string> link_target(std::string_view path) const;

    [[nodiscard]] bool has_directory(std::string_view path) const;

    /// True for a regular file that is not empty: an empty unit file means "masked".
    [[nodiscard]] bool has_content(std::string_view path) const;

    /// Returns the names in a directory in no particular order; none if it cannot be read.
    [[nodiscard]] std::vector<std::string> names(std::string_view path) const;

private:
    [[nodiscard]] std::string at(std::string_view path) const;
    std::string root_; ///< without a trailing "/", so empty for "/"
};

} // namespace k8s_node::generator
