// Mounts below the node's paths: finds them, unmounts them from the innermost outwards, and names
// the users of one that is busy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::teardown {

/// One line of /proc/self/mountinfo.
struct Mount {
    int id = 0;
    int parent = 0;
    std::string point; ///< mount point, unescaped
    std::string type;  ///< "overlay", "tmpfs", …
    bool operator==(const Mount&) const = default;
};

/// Ignores lines that it does not understand.
[[nodiscard]] std::vector<Mount> parse_mounts(std::string_view mountinfo);

/// The mounts to look for. `below` names directories, whose own mounts may be the operator's
/// disks; `at` names mount points themselves, as patterns.
struct MountScope {
    std::vector<std::string> below;
    std::vector<std::string> at;
};

/// Returns the mounts in scope in the order in which they can be unmounted: children before their
/// parents, later ones before those they hide. Pure.
[[nodiscard]] std::vector<Mount> unmount_order(const std::vector<Mount>& mounts,
                                               const MountScope& scope);

/// Returns the current mounts of this mount namespace.
[[nodiscard]] std::vector<Mount> read_mounts();

/// A mount that could not be unmounted, and why.
struct StuckMount {
    std::string point;
    std::string why;                ///< "Device or resource busy"
    std::vector<std::string> users; ///< "bash (process 1234)"
};

/// Unmounts all in scope, and repeats while anything could be unmounted. Never lazily: mounts in
/// use are returned, not hidden.
[[nodiscard]] std::vector<StuckMount> unmount_all(const MountScope& scope);

/// Returns the processes with an open file, a working or a root directory in a mount.
[[nodiscard]] std::vector<std::string> users_of_mount(int mount_id);

} // namespace k8s_node::teardown
