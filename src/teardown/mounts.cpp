#include "teardown/mounts.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fnmatch.h>
#include <map>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/process_wait.hpp"
#include "support/text.hpp"
#include "teardown/processes.hpp"

namespace k8s_node::teardown {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds server_patience{30};

/// Undoes the kernel's escaping of blanks and backslashes in paths as three octal digits.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digits = text.substr(i + 1, 3);
        const auto code = text[i] == '\\' ? parse_octal_mode(digits) : std::nullopt;
        out += code ? static_cast<char>(*code) : text[i];
        i += code ? 3U : 0U;
    }
    return out;
}

bool in_scope(const Mount& mount, const MountScope& scope) {
    return std::any_of(
               scope.below.begin(), scope.below.end(),
               [&](const std::string& path) { return mount.point.starts_with(path + "/"); }) ||
           std::any_of(scope.at.begin(), scope.at.end(), [&](const std::string& pattern) {
               return ::fnmatch(pattern.c_str(), mount.point.c_str(), FNM_PATHNAME) == 0;
           });
}

/// Returns the number of mounts under this one, up to the root of the namespace.
int depth_of(const Mount& mount, const std::map<int, const Mount*>& by_id) {
    int depth = 0;
    // The top mount can be its own parent; no namespace is that deep.
    for (auto at = by_id.find(mount.parent); at != by_id.end() && depth < 1000; ++depth) {
        at = by_id.find(at->second->parent);
    }
    return depth;
}

/// True for network file systems: if the server is gone, any access blocks.
bool needs_server(const Mount& mount) {
    constexpr std::array kinds = {"nfs", "cifs", "smb", "fuse", "9p", "ceph", "afs"};
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](const char* kind) { return mount.type.starts_with(kind); });
}

/// Runs `act` in a child process that can be abandoned if it blocks.
int in_child(int (*act)(const Mount&), const Mount& mount) {
    const auto child = ::fork();
    if (child < 0) {
        return errno;
    }
    if (child == 0) {
        ::_exit(act(mount));
    }
    const UniqueFd held(static_cast<int>(::syscall(SYS_pidfd_open, child, 0U)));
    const auto end = std::chrono::steady_clock::now() + server_patience;
    if (held && wait_for_process(held, end) != ProcessWait::ended) {
        ::kill(child, SIGKILL);
        throw_if_interrupted();
        return ETIMEDOUT;
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

/// Returns 0 or an errno, like all of these.
int act_on(int (*act)(const Mount&), const Mount& mount) {
    return needs_server(mount) ? in_child(act, mount) : act(mount);
}

int make_private(const Mount& mount) {
    return ::mount(nullptr, mount.point.c_str(), nullptr, MS_PRIVATE, nullptr) < 0 ? errno : 0;
}

int unmount(const Mount& mount) {
    return ::umount2(mount.point.c_str(), UMOUNT_NOFOLLOW) < 0 ? errno : 0;
}

/// Makes a mount private: unmounting inside a mount also unmounts in its peers, of which `/` may
/// be one. Ignores a place where nothing is mounted (any more).
void detach_from_peers(const Mount& mount) {
    const int error = act_on(make_private, mount);
    if (error != 0 && error != EINVAL && error != ENOENT && error != ENOTDIR) {
        throw system_error(error, "make the mount " + mount.point + " private")
            .try_this("unmount it manually, then run the same command again");
    }
}

std::string why_not(int error) {
    return std::strerror(error); // NOLINT(concurrency-mt-unsafe): one thread resets
}

} // namespace

std::vector<Mount> parse_mounts(std::string_view mountinfo) {
    std::vector<Mount> mounts;
    for (const auto& line : split_lines(mountinfo)) {
        const auto fields = split(line, ' ');
        const auto dash = std::find(fields.begin(), fields.end(), "-");
        if (fields.size() < 7 || dash == fields.end() || dash + 1 == fields.end()) {
            continue;
        }
        const auto id = parse_integer(fields[0]);
        const auto parent = parse_integer(fields[1]);
        if (id && parent) {
            mounts.push_back({static_cast<int>(*id), static_cast<int>(*parent),
                              unescaped(fields[4]), *(dash + 1)});
        }
    }
    return mounts;
}

std::vector<Mount> unmount_order(const std::vector<Mount>& mounts, const MountScope& scope) {
    std::map<int, const Mount*> by_id;
    for (const auto& mount : mounts) {
        by_id[mount.id] = &mount;
    }
    std::vector<std::pair<int, Mount>> found;
    for (const auto& mount : mounts) {
        if (in_scope(mount, scope)) {
            found.emplace_back(depth_of(mount, by_id), mount);
        }
    }
    std::reverse(found.begin(), found.end());
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Mount> out;
    for (auto& [depth, mount] : found) {
        out.push_back(std::move(mount));
    }
    return out;
}

std::vector<Mount> read_mounts() {
    return parse_mounts(read_file("/proc/self/mountinfo"));
}

std::vector<StuckMount> unmount_all(const MountScope& scope) {
    std::vector<StuckMount> stuck;
    std::size_t before = 0;
    do {
        stuck.clear();
        const auto mounts = unmount_order(read_mounts(), scope);
        before = mounts.size();
        for (const auto& mount : mounts) {
            detach_from_peers(mount);
        }
        for (const auto& mount : mounts) {
            const int error = act_on(unmount, mount);
            if (error != 0 && error != EINVAL) {
                stuck.push_back({mount.point, why_not(error), users_of_mount(mount.id)});
            }
            detach_from_peers(mount); // the mount that it hid
        }
        // A mount that could not be unmounted may have been held by one that now is.
    } while (!stuck.empty() && stuck.size() < before);
    if (stuck.empty() && !unmount_order(read_mounts(), scope).empty()) {
        for (const auto& mount : unmount_order(read_mounts(), scope)) {
            stuck.push_back({mount.point, "it was mounted again", users_of_mount(mount.id)});
        }
    }
    return stuck;
}

namespace {

/// Returns the mount that a link of /proc leads into; -1 if it is gone.
int mount_behind(const std::string& link) {
    struct statx status {};
    constexpr unsigned want = STATX_MNT_ID;
    if (::statx(AT_FDCWD, link.c_str(), AT_STATX_DONT_SYNC, want, &status) < 0) {
        return -1;
    }
    return static_cast<int>(status.stx_mnt_id);
}

bool uses_mount(const fs::path& process, int mount_id) {
    for (const char* link : {"cwd", "root", "exe"}) {
        if (mount_behind(process / link) == mount_id) {
            return true;
        }
    }
    std::error_code error;
    for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end;
         entry.increment(error)) {
        if (mount_behind(entry->path()) == mount_id) {
            return true;
        }
    }
    return false;
}

} // namespace

std::vector<std::string> users_of_mount(int mount_id) {
    std::vector<std::string> users;
    for (const auto& process : all_processes()) {
        if (uses_mount(fs::path("/proc") / std::to_string(process), mount_id)) {
            users.push_back(describe_process(process));
        }
    }
    return users;
}

} // namespace k8s_node::teardown
