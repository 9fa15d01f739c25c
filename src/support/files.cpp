#include "support/files.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/file_kinds.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

UniqueFd open_directory(const fs::path& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        throw system_error(errno, "open directory " + path.string());
    }
    return fd;
}

constexpr std::string_view temporary_mark = ".k8s-node.";

/// Always the same name for a path, so that the next attempt replaces what a killed one left
/// behind.
fs::path temporary_name(const fs::path& path) {
    return path.parent_path() /
           ("." + path.filename().string() + std::string(temporary_mark) + "0");
}

bool is_temporary_name(std::string_view name) {
    const auto mark = name.rfind(temporary_mark);
    return name.starts_with('.') && mark != std::string_view::npos && mark > 1 &&
           parse_integer(name.substr(mark + temporary_mark.size())).value_or(-1) >= 0;
}

/// A file that is being written next to its final name; unlinked unless taken.
class TemporaryFile {
public:
    explicit TemporaryFile(const fs::path& final_path) : path_(temporary_name(final_path)) {
        do {
            fd_.reset(
                ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        } while (!fd_ && errno == EEXIST && ::unlink(path_.c_str()) == 0);
        if (!fd_) {
            throw system_error(errno, "create a temporary file for " + final_path.string());
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    TemporaryFile(TemporaryFile&&) = delete;
    TemporaryFile& operator=(TemporaryFile&&) = delete;
    ~TemporaryFile() {
        if (!taken_) {
            ::unlink(path_.c_str());
        }
    }

    /// Writes content and attributes, then syncs, so that the file is complete when it is
    /// renamed.
    void fill(std::string_view content, const FileAttributes& attributes) {
        write_all(fd_.get(), content, "write " + path_.string());
        const bool ours = attributes.uid == ::geteuid() && attributes.gid == ::getegid();
        if (!ours && ::fchown(fd_.get(), attributes.uid, attributes.gid) < 0) {
            throw system_error(errno, "change the owner of " + path_.string());
        }
        if (::fchmod(fd_.get(), attributes.mode) < 0) {
            throw system_error(errno, "change the mode of " + path_.string());
        }
        if (::fsync(fd_.get()) < 0) {
            throw system_error(errno, "sync " + path_.string());
        }
        if (::close(fd_.release()) < 0) {
            throw system_error(errno, "close " + path_.string());
        }
    }

    [[nodiscard]] const fs::path& path() const { return path_; }
    void taken() noexcept { taken_ = true; }

private:
    fs::path path_;
    UniqueFd fd_;
    bool taken_ = false;
};

} // namespace

std::optional<std::string> read_file_if_exists(const fs::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        throw system_error(errno, "open " + path.string());
    }
    std::string content;
    std::array<char, 65536> buffer; // NOLINT: filling it would cost more than most files
    for (;;) {
        const auto count = ::read(fd.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw system_error(errno, "read " + path.string());
        }
        if (count == 0) {
            return content;
        }
        content.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::string read_file(const fs::path& path) {
    auto content = read_file_if_exists(path);
    if (!content) {
        throw system_error(ENOENT, "open " + path.string());
    }
    return *std::move(content);
}

std::optional<FileAttributes> attributes_of(const fs::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        throw system_error(errno, "stat " + path.string());
    }
    return FileAttributes{status.st_mode & 07777U, status.st_uid, status.st_gid};
}

std::vector<fs::path> directory_entries(const fs::path& directory) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        entries.push_back(entry->path());
    }
    if (error && !is_missing(error)) {
        throw system_error(error.value(), "list " + directory.string());
    }
    return entries;
}

bool path_exists(const fs::path& path) {
    return attributes_of(path).has_value();
}

void write_all(int fd, std::string_view content, std::string_view what) {
    while (!content.empty()) {
        const auto count = ::write(fd, content.data(), content.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw system_error(errno, what);
        }
        content.remove_prefix(static_cast<std::size_t>(count));
    }
}

void write_file_atomically(const fs::path& path, std::string_view content,
                           const FileAttributes& attributes) {
    TemporaryFile file(path);
    file.fill(content, attributes);
    if (::rename(file.path().c_str(), path.c_str()) < 0) {
        throw system_error(errno, "replace " + path.string());
    }
    file.taken();
    sync_directory(path.parent_path());
}

bool create_file_atomically(const fs::path& path, std::string_view content,
                            const FileAttributes& attributes) {
    TemporaryFile file(path);
    file.fill(content, attributes);
    if (::renameat2(AT_FDCWD, file.path().c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) < 0) {
        if (errno == EEXIST) {
            return false;
        }
        throw system_error(errno, "create " + path.string());
    }
    file.taken();
    sync_directory(path.parent_path());
    return true;
}

void replace_symlink(const fs::path& target, const fs::path& path) {
    const auto temporary = temporary_name(path);
    int result = 0;
    do {
        result = ::symlink(target.c_str(), temporary.c_str());
    } while (result < 0 && errno == EEXIST && ::unlink(temporary.c_str()) == 0);
    if (result < 0 || ::rename(temporary.c_str(), path.c_str()) < 0) {
        const int error = errno;
        ::unlink(temporary.c_str());
        throw system_error(error, "link " + path.string() + " to " + target.string());
    }
    sync_directory(path.parent_path());
}

void make_directories(const fs::path& path, mode_t mode) {
    if (path.empty() || path == "/") {
        return;
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) {
        if (!S_ISDIR(status.st_mode)) {
            throw system_error(ENOTDIR, "create directory " + path.string());
        }
        return;
    }
    // Parents keep the default mode: a restricted directory does not need restricted parents.
    make_directories(path.parent_path());
    if (::mkdir(path.c_str(), mode) < 0) {
        if (errno == EEXIST) {
            return;
        }
        throw system_error(errno, "create directory " + path.string());
    }
    if (::chmod(path.c_str(), mode) < 0) {
        throw system_error(errno, "change the mode of " + path.string());
    }
    sync_directory(path.parent_path());
}

std::vector<fs::path> remove_abandoned(const fs::path& directory) {
    std::vector<fs::path> removed;
    for (const auto& path : directory_entries(directory)) {
        if (is_temporary_name(path.filename().string()) && !is_real_directory(path)) {
            fs::remove(path);
            removed.push_back(path);
        }
    }
    return removed;
}

void sync_directory(const fs::path& path) {
    const auto fd = open_directory(path.empty() ? fs::path(".") : path);
    if (::fsync(fd.get()) < 0) {
        throw system_error(errno, "sync directory " + path.string());
    }
}

namespace {

void sync_file(const fs::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd || ::fsync(fd.get()) < 0) {
        throw system_error(errno, "sync " + path.string());
    }
}

/// Syncs every file and directory below. Not syncfs(2): on a machine that has just been set up it
/// would wait for gigabytes of other programs' unwritten data (half a minute was observed).
void sync_tree(const fs::path& directory) {
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.is_symlink()) {
            continue;
        }
        if (entry.is_directory()) {
            sync_tree(entry.path());
        } else if (entry.is_regular_file()) {
            sync_file(entry.path());
        }
    }
    sync_directory(directory);
}

} // namespace

bool publish_directory(const fs::path& staging, const fs::path& final_path) {
    sync_tree(staging);
    if (::renameat2(AT_FDCWD, staging.c_str(), AT_FDCWD, final_path.c_str(), RENAME_NOREPLACE) <
        0) {
        if (errno == EEXIST) {
            return false;
        }
        throw system_error(errno, "publish " + final_path.string());
    }
    sync_directory(final_path.parent_path());
    return true;
}

} // namespace k8s_node
