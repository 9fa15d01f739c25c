#include "generations/backup.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// True if there is something at a path. Throws Error where that cannot be told: what is taken for
/// missing would be replaced without a backup.
bool is_there(const fs::path& path) {
    return attributes_of(path).has_value();
}

/// True if both are names of one file.
bool are_one(const fs::path& a, const fs::path& b) {
    struct stat one {};
    struct stat other {};
    return ::lstat(a.c_str(), &one) == 0 && ::lstat(b.c_str(), &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

} // namespace

fs::path backup_of(const fs::path& path) {
    return path.string() + ".before-k8s-node";
}

void require_room_for_backup(const fs::path& path, const fs::path& name) {
    if (is_there(path) && is_there(backup_of(path)) && !are_one(path, backup_of(path))) {
        throw Error(name.string() + " was not written by k8s-node-install and cannot be kept: " +
                        backup_of(name).string() + " is already there",
                    ExitStatus::unsuitable)
            .try_this("move one of them away");
    }
}

bool back_up(const fs::path& path) {
    const auto backup = backup_of(path);
    if (!is_there(path)) {
        return is_there(backup); // a run was killed right here
    }
    require_room_for_backup(path, path);
    // A hard link where possible, so that there is always something at the path.
    if (::link(path.c_str(), backup.c_str()) < 0 && errno != EEXIST) {
        fs::rename(path, backup);
    }
    sync_directory(path.parent_path());
    return true;
}

bool restore_backup(const fs::path& path) {
    const auto backup = backup_of(path);
    if (!is_there(backup)) {
        return false;
    }
    // Only files replace each other in one step.
    if (fs::is_directory(fs::symlink_status(backup))) {
        fs::remove(path);
    }
    fs::rename(backup, path);
    fs::remove(backup); // still there if both were names of one file that nothing had replaced
    sync_directory(path.parent_path());
    return true;
}

bool is_restored(const Ledger& ledger, const std::string& path, const Root& root) {
    return ledger.backups.contains(path) && !is_there(backup_of(root.at(path)));
}

} // namespace k8s_node
