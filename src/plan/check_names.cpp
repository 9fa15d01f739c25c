#include "plan/check_names.hpp"

#include <algorithm>
#include <array>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::array whole_names{
    "all",
    // of the machine
    "IsPrivilegedUser", "Systemd", "Hostname", "NodeAddress", "Clock", "NumCPU", "Mem", "Swap",
    "SystemVerification", "Generator",
    // of what pods need to run
    "CniConfiguration", "ResolvConf",
    // of doctor alone
    "CgroupControllers", "CgroupDriver", "ClockSource", "ClockSync", "Configuration", "Conntrack",
    "DiskPressure", "DnsAnswers", "DnsLoop", "EtcdDisk", "FileHandles", "Firewall", "Generation",
    "HostNameDrift", "InotifyLimits", "KernelFeatures", "KernelVersion", "KubeletCertificate",
    "MachineId", "MachineIdUnique", "Mtu", "Networkd", "NetworkManager", "Node", "PendingWork",
    "Pods", "SwapAtBoot", "UnattendedUpgrades",
    // of etcd's members
    "EtcdMajority", "EtcdLeader", "EtcdSilent", "EtcdEven", "EtcdLearner", "EtcdRecovery",
    // of a change of release
    "ApiServer", "ApiServerSkew", "KubeletSkew", "ControllerSkew", "EtcdSkew", "ReleaseDowngrade",
    "ReleaseSkip", "RemovedApis", "DrainUnmanaged", "DrainEmptyDir", "NodeHealth", "Certificates",
    "FlagOverrides", "KubeletInPlace",
    // of joining a cluster
    "JoinCluster", "JoinKeys", "JoinProfile", "LeaderElection", "NodeName", "PodNetwork",
    // of replacing keys
    "RotationAge", "RotationSnapshots"};

/// A family of checks, one for each port, path, program, module or unit.
struct Pattern {
    std::string_view start;
    const char* of;
};
constexpr std::array patterns{
    Pattern{"Port-", "NUMBER"},         Pattern{"DiskSpace-", "PATH"},
    Pattern{"FileAvailable-", "PATH"},  Pattern{"FileExisting-", "PROGRAM"},
    Pattern{"DirAvailable-", "PATH"},   Pattern{"Network-", "SETTING"},
    Pattern{"KernelModule-", "MODULE"}, Pattern{"ForeignUnit-", "UNIT"},
    Pattern{"ForeignDropIn-", "UNIT"},  Pattern{"ForeignService-", "UNIT"},
    Pattern{"Socket-", "PATH"},         Pattern{"PodBridge-", "INTERFACE"},
    Pattern{"MountOption-", "PATH"},    Pattern{"FileSystem-", "PATH"},
    Pattern{"FreeInodes-", "PATH"},     Pattern{"Unit-", "UNIT"},
    Pattern{"Certificate-", "NAME"},    Pattern{"Drift-", "OBJECT"},
    Pattern{"Override-", "OBJECT"},     Pattern{"Remains-", "INSTALLER"},
    Pattern{"RotationNode-", "NODE"},   Pattern{"RotationFile-", "PATH"},
    Pattern{"RotationToken-", "NAME"},  Pattern{"KeyRotation-", "KEY"}};

bool matches(const Pattern& pattern, std::string_view name) {
    if (!name.starts_with(pattern.start)) {
        return false;
    }
    const auto rest = name.substr(pattern.start.size());
    return pattern.start == "Port-" ? parse_integer(rest).has_value() : !rest.empty();
}

} // namespace

bool is_check_name(std::string_view name) {
    return std::ranges::find(whole_names, name) != whole_names.end() ||
           std::ranges::any_of(patterns, [&](const auto& each) { return matches(each, name); });
}

std::string check_name_hint(std::string_view name) {
    std::vector<std::string> known(whole_names.begin(), whole_names.end());
    auto candidates = known;
    const auto dash = name.find('-');
    for (const auto& pattern : patterns) {
        known.push_back(std::string(pattern.start) + pattern.of);
        candidates.push_back(known.back());
        if (dash != std::string_view::npos) {
            candidates.push_back(std::string(pattern.start) + std::string(name.substr(dash + 1)));
        }
    }
    // A name such as "Port-x" is no suggestion for itself.
    std::erase(candidates, name);
    const auto near = nearest_word(name, candidates);
    return near ? "did you mean '" + *near + "'?" : "known checks: " + join(known, ", ");
}

} // namespace k8s_node
