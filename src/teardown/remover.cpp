#include "teardown/remover.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/interrupt.hpp"

namespace k8s_node::teardown {

namespace fs = std::filesystem;

namespace {

/// Each level needs a descriptor and a stack frame: deeper parts of a tree, as from a hostile
/// pod, are moved to the top.
constexpr int max_depth = 200;

enum class Outcome { gone, stays };

class TreeRemover {
public:
    TreeRemover(fs::path top, const std::set<std::string>& keep)
        : top_(std::move(top)), keep_(keep) {}

    /// `path` is the absolute name of `name` in the directory `parent`.
    Outcome remove(int parent, const std::string& name, const fs::path& path, int depth) {
        throw_if_interrupted(); // a node's data are a hundred thousand files
        if (keep_.contains(path.string())) {
            return Outcome::stays;
        }
        if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) {
            return Outcome::gone;
        }
        if (errno != EISDIR && errno != EPERM) {
            throw cannot(errno, path);
        }
        const int why = errno;
        const auto directory = open_directory(parent, name, path, why);
        if (depth > max_depth) {
            lift(parent, name, path);
            return Outcome::gone;
        }
        if (empty(directory.get(), path, depth) == Outcome::stays) {
            return Outcome::stays;
        }
        if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) < 0 && errno != ENOENT) {
            throw cannot(errno, path);
        }
        return Outcome::gone;
    }

    Outcome empty(int directory, const fs::path& path, int depth) {
        if (depth == 0) {
            top_fd_ = directory;
        }
        Outcome outcome = Outcome::gone;
        do {
            lifted_ = depth == 0 ? false : lifted_;
            for (const auto& name : names_in(directory, path)) {
                if (remove(directory, name, path / name, depth + 1) == Outcome::stays) {
                    outcome = Outcome::stays;
                }
            }
        } while (depth == 0 && lifted_);
        return outcome;
    }

private:
    [[nodiscard]] Error cannot(int error, const fs::path& path) const {
        auto failure = system_error(error, "remove " + path.string());
        if (error == EXDEV || error == EBUSY) {
            failure.try_this("something is mounted at " + path.string() +
                             " (findmnt): unmount it and run the same command again");
        } else if (error == EPERM) {
            failure.try_this("it may be protected: lsattr -d " + path.string());
        }
        return failure;
    }

    [[nodiscard]] UniqueFd open_directory(int parent, const std::string& name, const fs::path& path,
                                          int why) const {
        struct open_how how {};
        how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
        UniqueFd fd(
            static_cast<int>(::syscall(SYS_openat2, parent, name.c_str(), &how, sizeof how)));
        if (!fd) {
            // Not a directory after all: unlinkat's error is the reason.
            throw cannot(errno == ENOTDIR || errno == ELOOP ? why : errno, path);
        }
        return fd;
    }

    /// Moves a directory up to the top, where a new descent starts.
    void lift(int parent, const std::string& name, const fs::path& path) {
        const auto lifted = ".deep-" + std::to_string(++lifts_);
        if (::renameat(parent, name.c_str(), top_fd_, lifted.c_str()) < 0) {
            throw cannot(errno, path);
        }
        lifted_ = true;
    }

    [[nodiscard]] std::vector<std::string> names_in(int directory, const fs::path& path) const {
        const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const CHandle<DIR, ::closedir> stream(copy < 0 ? nullptr : ::fdopendir(copy));
        if (!stream) {
            throw cannot(errno, path);
        }
        std::vector<std::string> names;
        while (const auto* entry = ::readdir(stream.get())) { // NOLINT(concurrency-mt-unsafe)
            const std::string name = static_cast<const char*>(entry->d_name);
            if (name != "." && name != "..") {
                names.push_back(name);
            }
        }
        return names;
    }

    fs::path top_;
    const std::set<std::string>& keep_;
    int top_fd_ = -1;
    int lifts_ = 0;
    bool lifted_ = false;
};

UniqueFd open_parent(const fs::path& path) {
    return UniqueFd(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/// The top itself may be an operator's disk: enters it, but crosses no mount below.
void empty_top(TreeRemover& remover, const fs::path& path) {
    const UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) {
        throw system_error(errno, "open " + path.string());
    }
    remover.empty(directory.get(), path, 0);
}

} // namespace

void remove_tree(const fs::path& path, Top top, const std::set<std::string>& keep) {
    struct stat status {};
    const bool follow = top == Top::keep;
    if ((follow ? ::stat(path.c_str(), &status) : ::lstat(path.c_str(), &status)) < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return;
        }
        throw system_error(errno, "stat " + path.string());
    }
    TreeRemover remover(path, keep);
    if (S_ISDIR(status.st_mode)) {
        empty_top(remover, path);
    }
    if (top == Top::remove) {
        const auto parent = open_parent(path);
        const int flags = S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0;
        const bool kept = std::any_of(keep.begin(), keep.end(), [&](const std::string& inside) {
            return inside == path.string() || inside.starts_with(path.string() + "/");
        });
        if (::unlinkat(parent.get(), path.filename().c_str(), flags) < 0 && errno != ENOENT &&
            !(kept && errno == ENOTEMPTY)) {
            throw system_error(errno, "remove " + path.string());
        }
    }
}

void remove_if_empty(const fs::path& directory) {
    const int error = ::rmdir(directory.c_str()) == 0 ? 0 : errno;
    if (error == 0 || error == ENOENT || error == ENOTDIR || error == ENOTEMPTY ||
        error == EEXIST) {
        return;
    }
    auto failure = system_error(error, "remove the directory " + directory.string());
    if (error == EBUSY) {
        failure.try_this("something is mounted there (findmnt): unmount it and run the same "
                         "command again");
    }
    throw failure;
}

std::vector<fs::path> matching_paths(const std::string& pattern) {
    const fs::path path(pattern);
    std::vector<fs::path> found;
    for (const auto& entry : directory_entries(path.parent_path())) {
        if (::fnmatch(path.filename().c_str(), entry.filename().c_str(), FNM_PERIOD) == 0) {
            found.push_back(entry);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace k8s_node::teardown
