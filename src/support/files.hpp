// Files that are either complete or absent. Every write, one at a time per path, goes to a
// temporary name next to it and is synced and renamed; then the directory is synced.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "support/handle.hpp"

namespace k8s_node {

/// Owner and permission bits of a file to be written.
struct FileAttributes {
    mode_t mode = 0644;
    uid_t uid = 0;
    gid_t gid = 0;
    bool operator==(const FileAttributes&) const = default;
};

/// The directory that all absolute paths of a node are relative to: "/" for this machine, another
/// one with --root and in tests.
class Root {
public:
    explicit Root(std::filesystem::path path = "/") : path_(std::move(path)) {}
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// "/etc/x" under this root.
    [[nodiscard]] std::filesystem::path at(const std::filesystem::path& absolute) const {
        return path_ / absolute.relative_path();
    }
    [[nodiscard]] bool is_host() const { return path_ == "/"; }

private:
    std::filesystem::path path_;
};

/// Returns the content of a file. Throws Error naming the path.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Like read_file(), but nullopt if the file (or its directory) does not exist.
[[nodiscard]] std::optional<std::string> read_file_if_exists(const std::filesystem::path& path);

/// Returns mode and owner of the file itself (symbolic links are not followed), or nullopt if
/// there is none.
[[nodiscard]] std::optional<FileAttributes> attributes_of(const std::filesystem::path& path);

/// Returns the paths of what is in a directory, in no order; nothing where there
/// is no directory. Throws Error where that cannot be told: what could not be
/// read is not empty.
[[nodiscard]] std::vector<std::filesystem::path>
directory_entries(const std::filesystem::path& directory);

/// True if there is something at a path; a symbolic link is something, wherever
/// it leads. Throws Error where that cannot be told.
[[nodiscard]] bool path_exists(const std::filesystem::path& path);

/// Writes all of `content` to `fd`. Throws Error naming `what`.
void write_all(int fd, std::string_view content, std::string_view what);

/// Publishes `content` at `path`, replacing an existing file in one step. The directory must
/// exist. Throws Error and leaves the old file untouched.
void write_file_atomically(const std::filesystem::path& path, std::string_view content,
                           const FileAttributes& attributes);

/// Like write_file_atomically(), but never replaces: returns false if `path` exists.
[[nodiscard]] bool create_file_atomically(const std::filesystem::path& path,
                                          std::string_view content,
                                          const FileAttributes& attributes);

/// Points the symbolic link `path` at `target` in one step.
void replace_symlink(const std::filesystem::path& target, const std::filesystem::path& path);

/// Creates the directory with `mode` and its missing parents with 0755, whatever
/// the umask; existing ones stay as they are.
void make_directories(const std::filesystem::path& path, mode_t mode = 0755);

/// Removes the temporary files that killed writers left in a directory. Nobody may be writing
/// there. Returns the removed paths.
std::vector<std::filesystem::path> remove_abandoned(const std::filesystem::path& directory);

/// Makes the names in a directory durable.
void sync_directory(const std::filesystem::path& path);

/// Renames a complete staging directory to its final name, durably (fsync of all of it, rename,
/// fsync of the parent). Returns false if the final name already exists; the caller then removes
/// the staging directory.
[[nodiscard]] bool publish_directory(const std::filesystem::path& staging,
                                     const std::filesystem::path& final_path);

} // namespace k8s_node
