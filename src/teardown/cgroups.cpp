#include "teardown/cgroups.hpp"

#include <cerrno>
#include <unistd.h>

#include "support/error.hpp"
#include "teardown/mounts.hpp"

namespace k8s_node::teardown {

namespace fs = std::filesystem;

std::vector<fs::path> find_cgroups(const std::vector<std::string>& names) {
    std::vector<fs::path> found;
    for (const auto& mount : read_mounts()) {
        if (mount.type != "cgroup" && mount.type != "cgroup2") {
            continue;
        }
        for (const auto& name : names) {
            std::error_code error;
            if (fs::is_directory(fs::path(mount.point) / name, error)) {
                found.push_back(fs::path(mount.point) / name);
            }
        }
    }
    return found;
}

void remove_cgroup(const fs::path& group) {
    std::error_code error;
    for (fs::directory_iterator entry(group, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->is_directory(error) && !entry->is_symlink(error)) {
            remove_cgroup(entry->path());
        }
    }
    if (::rmdir(group.c_str()) < 0 && errno != ENOENT) {
        throw system_error(errno, "remove control group " + group.string());
    }
}

} // namespace k8s_node::teardown
