// Processes of the node: those of its pods and units by control group, and
// those that run from the store.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace k8s_node::teardown {

/// What makes a process the node's.
struct ProcessScope {
    std::vector<std::string> cgroups; ///< "kubepods.slice", "system.slice/etcd.service"
    std::string store;                ///< directory of its executable; may be empty
};

/// Whether the text of /proc/PID/cgroup is of a process in one of the groups, or
/// below it, in any hierarchy. Groups are paths from the top: a container of
/// somebody else may have a containerd.service of its own. Pure.
[[nodiscard]] bool is_in_cgroup(std::string_view cgroup_text,
                                const std::vector<std::string>& groups);

[[nodiscard]] std::vector<pid_t> all_processes();

/// The processes in scope, but for this one.
[[nodiscard]] std::vector<pid_t> find_processes(const ProcessScope& scope);

/// Whether a process that is not in scope is in the network namespace that is
/// mounted at this path.
[[nodiscard]] bool is_used_by_others(const std::filesystem::path& network_namespace,
                                     const ProcessScope& scope);

/// "etcd (process 1234)"
[[nodiscard]] std::string describe_process(pid_t pid);

/// Asks all in scope to end, kills after `grace` what has not, and looks again
/// until none is left. Returns those that do not end even so.
[[nodiscard]] std::vector<pid_t> end_processes(const ProcessScope& scope,
                                               std::chrono::milliseconds grace);

} // namespace k8s_node::teardown
