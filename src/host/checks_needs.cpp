#include <algorithm>
#include <map>

#include "host/checks.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

Findings check_executable(std::string_view name, bool found) {
    if (found) {
        return {};
    }
    const std::string program(name);
    return {{"FileExisting-" + program, Severity::error,
             "the program '" + program + "' is not in systemd's PATH",
             "install the operating system's package that contains " + program}};
}

Findings check_kernel_module(std::string_view name, ModuleState state) {
    const std::string module(name);
    switch (state) {
    case ModuleState::present:
    case ModuleState::loadable:
        return {};
    case ModuleState::unknown:
        return {{"KernelModule-" + module, Severity::warning,
                 "cannot tell whether the kernel has '" + module +
                     "': it is not loaded, and the running kernel has no directory in /lib/modules",
                 "in a container, load it on the host: modprobe " + module}};
    case ModuleState::missing:
        break;
    }
    return {{"KernelModule-" + module, Severity::error,
             "the running kernel has no module '" + module + "'",
             "install the complete kernel package (linux-image, kernel-modules), or reboot if the "
             "kernel was upgraded since boot"}};
}

Findings check_disks(const std::vector<DiskSeen>& seen) {
    // Needs on the same file system add up.
    std::map<dev_t, std::vector<DiskSeen>> file_systems;
    for (const auto& disk : seen) {
        file_systems[disk.device].push_back(disk);
    }
    Findings findings;
    for (const auto& [device, disks] : file_systems) {
        std::uint64_t needed = 0;
        std::vector<std::string> paths;
        for (const auto& disk : disks) {
            needed += disk.need.bytes;
            paths.push_back(disk.need.path);
        }
        if (disks.front().available < needed) {
            findings.push_back(
                {"DiskSpace-" + replace_all(paths.front(), "/", "-"), Severity::error,
                 join(paths, " and ") + " need together " + human_bytes(needed) +
                     "; the file system has " + human_bytes(disks.front().available) + " free",
                 "free space on that file system, or mount a larger one at " + paths.front()});
        }
    }
    return findings;
}

Findings check_generator(std::string_view path, bool executable) {
    if (executable) {
        return {};
    }
    return {{"Generator", Severity::error,
             "the systemd generator " + std::string(path) +
                 " is not installed; without it the node's services would not start at boot",
             "install the complete k8s-node-install package"}};
}

} // namespace k8s_node::host
