// The machine as a generator may see it: files below a root, read only.
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

    /// A file's content, or nullopt when there is none. Throws Error when it
    /// cannot be read or is larger than `limit` bytes.
    [[nodiscard]] std::optional<std::string> read(std::string_view path, std::size_t limit) const;

    /// Where a symbolic link points, or nullopt when nothing is there. Throws
    /// Error when it is not a symbolic link.
    [[nodiscard]] std::optional<std::string> link_target(std::string_view path) const;

    [[nodiscard]] bool has_directory(std::string_view path) const;

    /// A regular file with something in it: an empty unit file means "masked".
    [[nodiscard]] bool has_content(std::string_view path) const;

    /// The names in a directory in no order; none when it cannot be read.
    [[nodiscard]] std::vector<std::string> names(std::string_view path) const;

private:
    [[nodiscard]] std::string at(std::string_view path) const;
    std::string root_; ///< without a trailing "/", so empty for "/"
};

} // namespace k8s_node::generator
