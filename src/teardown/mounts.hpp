// Mounts below the node's paths: which there are, taking them away from the
// innermost outwards, and who holds one that does not go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::teardown {

/// One line of /proc/self/mountinfo.
struct Mount {
    int id = 0;
    int parent = 0;
    std::string point; ///< where it is mounted, escapes undone
    std::string type;  ///< "overlay", "tmpfs", …
    bool operator==(const Mount&) const = default;
};

/// Lines that are not understood are passed over.
[[nodiscard]] std::vector<Mount> parse_mounts(std::string_view mountinfo);

/// What to look for. `below` names directories, whose own mounts may be the
/// operator's disks; `at` names mount points themselves, as patterns.
struct MountScope {
    std::vector<std::string> below;
    std::vector<std::string> at;
};

/// The mounts in scope in an order in which they can be unmounted: children
/// before their parents, later ones before those they hide. Pure.
[[nodiscard]] std::vector<Mount> unmount_order(const std::vector<Mount>& mounts,
                                               const MountScope& scope);

/// The mounts of this mount namespace, now.
[[nodiscard]] std::vector<Mount> read_mounts();

/// A mount that did not go, and why.
struct StuckMount {
    std::string point;
    std::string why;                ///< "Device or resource busy"
    std::vector<std::string> users; ///< "bash (process 1234)"
};

/// Unmounts all in scope, looks again and goes on while anything went. Never
/// lazily: what is still in use is returned, not hidden.
[[nodiscard]] std::vector<StuckMount> unmount_all(const MountScope& scope);

/// The processes with an open file, a working or a root directory in a mount.
[[nodiscard]] std::vector<std::string> users_of_mount(int mount_id);

} // namespace k8s_node::teardown
