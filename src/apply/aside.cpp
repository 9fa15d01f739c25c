#include "apply/aside.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

bool is_there(const fs::path& path) {
    return fs::exists(fs::symlink_status(path));
}

/// Two names of one file.
bool are_one(const fs::path& a, const fs::path& b) {
    struct stat one {};
    struct stat other {};
    return ::lstat(a.c_str(), &one) == 0 && ::lstat(b.c_str(), &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

} // namespace

fs::path aside_of(const fs::path& path) {
    return path.string() + ".before-k8s-node";
}

void require_room_aside(const fs::path& path, const fs::path& name) {
    if (is_there(path) && is_there(aside_of(path)) && !are_one(path, aside_of(path))) {
        throw Error(name.string() + " was not written by k8s-node-install and cannot be kept: " +
                        aside_of(name).string() + " is already there",
                    ExitStatus::unsuitable)
            .try_this("move one of them away");
    }
}

bool put_aside(const fs::path& path) {
    const auto aside = aside_of(path);
    if (!is_there(path)) {
        return is_there(aside); // a run that was killed right here
    }
    require_room_aside(path, path);
    // A second name where there can be one, so that the place is never empty.
    if (::link(path.c_str(), aside.c_str()) < 0 && errno != EEXIST) {
        fs::rename(path, aside);
    }
    sync_directory(path.parent_path());
    return true;
}

bool put_back(const fs::path& path) {
    const auto aside = aside_of(path);
    if (!is_there(aside)) {
        return false;
    }
    // Only files replace each other in one step.
    if (fs::is_directory(fs::symlink_status(aside))) {
        fs::remove(path);
    }
    fs::rename(aside, path);
    fs::remove(aside); // still there where both were names of one file: nothing had replaced it
    sync_directory(path.parent_path());
    return true;
}

bool is_put_back(const Ledger& ledger, const std::string& path, const Root& root) {
    return ledger.aside.contains(path) && !is_there(aside_of(root.at(path)));
}

} // namespace k8s_node
