// Parses the texts in which the kernel and systemd describe a machine. Pure: a line that is not
// understood is ignored, never guessed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/facts.hpp"

namespace k8s_node::host {

/// Returns "amd64" for uname's "x86_64"; uname's own name if Kubernetes has none for it.
[[nodiscard]] std::string architecture_name(std::string_view uname_machine);

/// Parses the capability bounding set ("CapBnd:") of /proc/PID/status.
[[nodiscard]] std::optional<std::uint64_t> parse_bounding_set(std::string_view status);

/// True if a capability (its number in linux/capability.h) is in a set.
[[nodiscard]] bool has_capability(std::uint64_t set, unsigned capability);

/// Returns the active swap areas of /proc/swaps, by file name.
[[nodiscard]] std::vector<std::string> parse_swaps(std::string_view swaps);

/// Returns "MemTotal:" of /proc/meminfo in bytes.
[[nodiscard]] std::optional<std::uint64_t> parse_memory_total(std::string_view meminfo);

/// Parses os-release(5), with its shell quoting undone.
[[nodiscard]] OsRelease parse_os_release(std::string_view text);

/// Returns the cgroup layout from /proc/PID/mountinfo; nullopt if none is mounted.
[[nodiscard]] std::optional<CgroupLayout> parse_cgroup_layout(std::string_view mountinfo);

/// Returns 252 for "libsystemd-shared-252.so", 255 for "libsystemd-shared-255.4-1.fc40.so".
[[nodiscard]] std::optional<int> parse_systemd_version(std::string_view library_name);

/// Returns the services and scopes on the path of a process, outermost first, from
/// /proc/PID/cgroup: {"kubelet.service"}. Empty for a process without a unit.
[[nodiscard]] std::vector<std::string> parse_unit_names(std::string_view cgroup);

/// A socket of /proc/net/tcp, tcp6, udp or udp6.
struct SocketEntry {
    std::uint16_t port = 0;
    std::uint64_t inode = 0;
    bool operator==(const SocketEntry&) const = default;
};

/// Returns the sockets that hold a port: listening ones (TCP) or unconnected ones (UDP).
[[nodiscard]] std::vector<SocketEntry> parse_bound_sockets(std::string_view table);

/// Returns the listening sockets of /proc/net/unix: path and inode.
[[nodiscard]] std::map<std::string, std::uint64_t> parse_listening_sockets(std::string_view table);

/// Returns the mount points in /proc/PID/mountinfo; later mounts hide earlier ones.
[[nodiscard]] std::vector<std::string> parse_mount_points(std::string_view mountinfo);

/// Returns the name servers of a resolv.conf(5), in order.
[[nodiscard]] std::vector<std::string> parse_name_servers(std::string_view resolv_conf);

} // namespace k8s_node::host
