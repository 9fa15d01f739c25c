// The node's processes: those of its pods and units by control group, and those that run from the
// store.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace k8s_node::teardown {

/// The criteria by which a process belongs to the node.
struct ProcessScope {
    std::vector<std::string> cgroups; ///< "kubepods.slice", "system.slice/etcd.service"
    std::string store;                ///< directory of its executable; may be empty
};

/// True if the text of /proc/PID/cgroup is of a process in or below one of the groups, in any
/// hierarchy. Groups are paths from the top, because a foreign container may have its own
/// containerd.service. Pure.
[[nodiscard]] bool is_in_cgroup(std::string_view cgroup_text,
                                const std::vector<std::string>& groups);

[[nodiscard]] std::vector<pid_t> all_processes();

/// Returns the processes in scope, except this one.
[[nodiscard]] std::vector<pid_t> find_processes(const ProcessScope& scope);

/// True if a process that is not in scope is in the network namespace that is mounted at this
/// path.
[[nodiscard]] bool is_used_by_others(const std::filesystem::path& network_namespace,
                                     const ProcessScope& scope);

/// Returns "etcd (process 1234)".
[[nodiscard]] std::string describe_process(pid_t pid);

/// Terminates all processes in scope, kills the remaining ones after `grace`, and repeats until
/// none is left. Returns those that still do not end.
[[nodiscard]] std::vector<pid_t> end_processes(const ProcessScope& scope,
                                               std::chrono::milliseconds grace);

} // namespace k8s_node::teardown
