#include <algorithm>
#include <array>

#include "doctor/subject.hpp"
#include "model/version.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

constexpr Version oldest_kernel{4, 19, 0};
/// The first with which Kubernetes recommends cgroup version 2.
constexpr Version oldest_with_cgroup2{5, 8, 0};

/// Demanded by kubeadm's system verification, and needed by pods' networks.
constexpr std::array kernel_options{"NAMESPACES",
                                    "NET_NS",
                                    "PID_NS",
                                    "IPC_NS",
                                    "UTS_NS",
                                    "CGROUPS",
                                    "CGROUP_FREEZER",
                                    "CGROUP_PIDS",
                                    "MEMCG",
                                    "CPUSETS",
                                    "INET",
                                    "PROC_FS",
                                    "SECCOMP",
                                    "FAIR_GROUP_SCHED",
                                    "CGROUP_SCHED",
                                    "VETH",
                                    "BRIDGE",
                                    "NF_CONNTRACK",
                                    "NETFILTER_XT_MATCH_COMMENT",
                                    "OVERLAY_FS"};

constexpr std::array namespaces{"cgroup", "ipc", "mnt", "net", "pid", "uts"};

std::vector<std::string> missing_namespaces(const Root& root) {
    std::vector<std::string> missing;
    for (const auto* name : namespaces) {
        if (!attributes_of(root.at("/proc/self/ns") / name)) {
            missing.emplace_back(std::string(name) + " namespaces");
        }
    }
    if (!attributes_of(root.at("/proc/sys/kernel/seccomp"))) {
        missing.emplace_back("seccomp");
    }
    return missing;
}

/// Returns the configuration that a distribution keeps beside its kernel; empty if there is none.
std::string kernel_configuration(const Subject& subject) {
    const auto& release = subject.facts.kernel_release;
    for (const auto& path : {"/boot/config-" + release, "/lib/modules/" + release + "/config"}) {
        if (auto text = read_file_if_exists(subject.root.at(path))) {
            return *std::move(text);
        }
    }
    return {};
}

std::vector<std::string> missing_options(const std::string& configuration) {
    const auto text = "\n" + configuration;
    std::vector<std::string> missing;
    for (const auto* option : kernel_options) {
        const auto line = "\nCONFIG_" + std::string(option) + "=";
        if (text.find(line + "y") == std::string::npos &&
            text.find(line + "m") == std::string::npos) {
            missing.push_back("CONFIG_" + std::string(option));
        }
    }
    return missing;
}

/// Returns the controllers of a table of /proc/cgroups, the fourth column of which says whether
/// one is enabled.
std::vector<std::string> enabled_of(const std::string& table) {
    std::vector<std::string> enabled;
    for (const auto& line : split_lines(table)) {
        const auto words = words_of(line);
        if (words.size() == 4 && words[3] == "1") {
            enabled.push_back(words[0]);
        }
    }
    return enabled;
}

std::vector<std::string> available_controllers(const Subject& subject) {
    if (subject.facts.cgroup == CgroupLayout::v2) {
        return words_of(trim(read_file(subject.root.at("/sys/fs/cgroup/cgroup.controllers"))));
    }
    return enabled_of(read_file(subject.root.at("/proc/cgroups")));
}

/// Returns the word after a key in a configuration, without quotes: "systemd".
std::string value_after(const std::string& text, const std::string& key) {
    for (const auto& line : split_lines(text)) {
        const auto bare = trim(line);
        if (bare.starts_with(key)) {
            const auto rest = bare.substr(key.size());
            return replace_all(trim(rest.substr(rest.find_first_not_of(" \t=:"))), "\"", "");
        }
    }
    return {};
}

/// Returns the first of these files that there is, and its text.
struct Configured {
    std::string path;
    std::string text;
};
Configured first_of(const Root& root, std::initializer_list<const char*> paths) {
    for (const auto* path : paths) {
        if (auto text = read_file_if_exists(root.at(path))) {
            return {path, *std::move(text)};
        }
    }
    return {};
}

} // namespace

Answer check_kernel_version(const Subject& subject) {
    const std::string name = "KernelVersion";
    const auto& release = subject.facts.kernel_release;
    const auto version = parse_version(release);
    if (!version) {
        return {{}, {}, {{name, "the kernel calls itself '" + release + "'"}}};
    }
    if (*version < oldest_kernel) {
        return {{{name, Severity::error,
                  "the kernel is " + release + "; Kubernetes needs 4.19 or newer",
                  "install a newer kernel and reboot"}}};
    }
    if (subject.facts.cgroup == CgroupLayout::v2 && *version < oldest_with_cgroup2) {
        return {{{name, Severity::warning,
                  "the kernel is " + release +
                      ", with cgroup version 2, which Kubernetes recommends from 5.8 on",
                  "install a newer kernel and reboot"}}};
    }
    return {{}, {{name, release}}, {}};
}

Answer check_kernel_features(const Subject& subject) {
    const std::string name = "KernelFeatures";
    auto missing = missing_namespaces(subject.root);
    const auto configuration = kernel_configuration(subject);
    if (!configuration.empty()) {
        const auto more = missing_options(configuration);
        missing.insert(missing.end(), more.begin(), more.end());
    }
    if (!missing.empty()) {
        return {{{name, Severity::error, "the kernel lacks " + join(missing, ", "),
                  "boot a kernel with these features; those of all distributions have them"}}};
    }
    return {{},
            {{name, configuration.empty() ? "namespaces and seccomp are there; the kernel's "
                                            "configuration is not on this machine"
                                          : "namespaces, control groups, networks: all there"}},
            {}};
}

Answer check_cgroup_controllers(const Subject& subject) {
    const std::string name = "CgroupControllers";
    std::vector<std::string> needed = {"cpu", "cpuset", "memory", "pids"};
    if (subject.facts.cgroup != CgroupLayout::v2) {
        needed.insert(needed.end(), {"cpuacct", "devices", "freezer"});
    }
    const auto there = available_controllers(subject);
    std::erase_if(needed, [&](const auto& one) { return contains(there, one); });
    if (!needed.empty()) {
        return {{{name, Severity::error,
                  "the kernel offers no control group controller " + join(needed, ", ") +
                      ", which kubelet needs",
                  "boot with cgroup_enable=" + needed.front() +
                      " on the kernel command line (and without cgroup_disable=)"}}};
    }
    return {{}, {{name, join(there, " ")}}, {}};
}

Answer check_cgroup_driver(const Subject& subject) {
    const std::string name = "CgroupDriver";
    const auto kubelet = first_of(subject.root, {"/etc/k8s-node/current/config/kubelet.yaml",
                                                 "/var/lib/kubelet/config.yaml"});
    const auto runtime = first_of(subject.root, {"/etc/k8s-node/current/config/containerd.toml",
                                                 "/etc/containerd/config.toml"});
    if (kubelet.path.empty() || runtime.path.empty()) {
        return {{}, {{name, "none is configured yet; an install sets systemd for both"}}, {}};
    }
    const auto declared = value_after(kubelet.text, "cgroupDriver");
    const auto of_kubelet = declared.empty() ? "cgroupfs" : declared;
    const bool by_systemd = value_after(runtime.text, "SystemdCgroup") == "true";
    const std::string of_runtime = by_systemd ? "systemd" : "cgroupfs";
    if (of_kubelet != of_runtime) {
        return {{{name, Severity::error,
                  "kubelet manages control groups by " + of_kubelet + " (" + kubelet.path +
                      "), the container runtime by " + of_runtime + " (" + runtime.path +
                      "): pods are killed under memory pressure or do not start",
                  "set both to systemd: cgroupDriver: systemd, and SystemdCgroup = true"}}};
    }
    return {{}, {{name, of_kubelet + ", of kubelet and of the container runtime"}}, {}};
}

} // namespace k8s_node::doctor
