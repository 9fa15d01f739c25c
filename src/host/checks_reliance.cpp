#include <algorithm>

#include "host/addresses.hpp"
#include "host/checks.hpp"
#include "language/interpolate.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace {

/// Returns "noexec" for the lack of "exec".
std::string lack_of(const std::string& option) {
    return option == "rw" ? "ro" : "no" + option;
}

/// Returns what the lack of the option means for pods.
std::string effect_of_lack(const std::string& option) {
    return option == "rw"     ? "nothing can be written there"
           : option == "exec" ? "no program there can be run"
           : option == "suid" ? "setuid programs of pods (sudo, ping) fail there"
                              : "devices that pods get do not work there";
}

std::string file_system_of(const DirectorySeen& seen) {
    return "the file system of " + seen.wanted.path + " (mounted at " + seen.mount_point + ")";
}

Findings check_options(const DirectorySeen& seen, const std::vector<std::string>& wanted,
                       Severity severity) {
    Findings findings;
    for (const auto& option : wanted) {
        if (!contains(seen.options, option)) {
            findings.push_back({"MountOption-" + path_in_name(seen.wanted.path), severity,
                                file_system_of(seen) + " is mounted " + lack_of(option) + ": " +
                                    effect_of_lack(option),
                                "run: mount -o remount," + option + " " + seen.mount_point +
                                    ", and remove '" + lack_of(option) + "' from /etc/fstab"});
        }
    }
    return findings;
}

Findings check_room(const DirectorySeen& seen) {
    Findings findings;
    const auto name = path_in_name(seen.wanted.path);
    if (seen.bytes < seen.wanted.bytes) {
        findings.push_back({"DiskSpace-" + name, Severity::error,
                            file_system_of(seen) + " has " + human_bytes(seen.bytes) +
                                " free; it needs " + human_bytes(seen.wanted.bytes),
                            "free space there, or mount a larger file system"});
    }
    if (seen.counts_inodes && seen.inodes < seen.wanted.inodes) {
        findings.push_back({"FreeInodes-" + name, Severity::error,
                            file_system_of(seen) + " has room for " + std::to_string(seen.inodes) +
                                " more files (free inodes); it needs " +
                                std::to_string(seen.wanted.inodes),
                            "remove files there (df -i shows the use of inodes), or mount a file "
                            "system created with more"});
    }
    return findings;
}

/// Returns "10.244.0.1/24" for "10.244.0.0/24"; empty if it is no network.
std::string first_address(const std::string& network) {
    const auto first = host_of_cidr(network, 1);
    return first ? *first + network.substr(network.find('/')) : "";
}

} // namespace

Findings check_directory(const DirectorySeen& seen) {
    Findings findings = check_options(seen, seen.wanted.needs, Severity::error);
    append(findings, check_options(seen, seen.wanted.wants, Severity::warning));
    if (contains(seen.wanted.not_on, seen.kind)) {
        findings.push_back(
            {"FileSystem-" + path_in_name(seen.wanted.path), Severity::error,
             file_system_of(seen) + " is of type " + seen.kind + ", which cannot store containers",
             "mount a disk file system (ext4, xfs) at " + seen.wanted.path});
    }
    append(findings, check_room(seen));
    return findings;
}

Findings check_bridge(const BridgeSeen& seen) {
    const auto& name = seen.wanted.name;
    if (!seen.exists) {
        return {};
    }
    if (!seen.is_bridge) {
        return {{"PodBridge-" + name, Severity::error,
                 "the interface " + name +
                     ", which should be the pods' bridge, exists and is not a bridge",
                 "rename it, or choose another name for the bridge in the node configuration"}};
    }
    const auto wanted = first_address(seen.wanted.network);
    if (seen.addresses.empty() || wanted.empty() || contains(seen.addresses, wanted)) {
        return {};
    }
    return {
        {"PodBridge-" + name, Severity::error,
         "the bridge " + name + " has the address " + join(seen.addresses, ", ") + ", not " +
             wanted + " as this node's pod network requires: every start of a pod fails",
         "if nothing else uses it, remove it (ip link delete " + name +
             "): the next pod creates it again; or choose another name for the bridge in the node "
             "configuration"}};
}

Findings check_resolver(const ResolverSeen& seen) {
    constexpr std::size_t most = 3; // of resolv.conf(5), and of kubelet
    if (!seen.trouble.empty()) {
        return {{"ResolvConf", Severity::error,
                 "the file that pods get their name servers from cannot be read: " + seen.trouble,
                 "write one with a line 'nameserver ADDRESS'"}};
    }
    if (seen.servers.empty()) {
        return {{"ResolvConf", Severity::warning,
                 seen.path + " names no name server: pods cannot resolve names outside the cluster",
                 "write a line 'nameserver ADDRESS' into it"}};
    }
    Findings findings;
    const auto loops = std::ranges::find_if(seen.servers, [](const std::string& server) {
        return local_kind(server) == "a loopback address";
    });
    if (loops != seen.servers.end()) {
        findings.push_back({"ResolvConf", Severity::warning,
                            seen.path + " names the name server " + *loops +
                                ", which in a pod is the pod itself: a DNS server in the cluster "
                                "would query itself endlessly",
                            "name the servers that this one forwards to"});
    }
    if (seen.servers.size() > most) {
        findings.push_back({"ResolvConf", Severity::warning,
                            seen.path + " names " + std::to_string(seen.servers.size()) +
                                " name servers; pods get the first " + std::to_string(most),
                            "remove some of them"});
    }
    return findings;
}

Findings check_socket(const SocketSeen& seen, const std::vector<std::string>& our_units) {
    if (!seen.listens || has_our_holder(seen.holders, our_units)) {
        return {};
    }
    const auto holder = seen.holders.empty()
                            ? NamedHolder{"a holder without a visible process", "stop it"}
                            : name_holder(seen.holders);
    return {{"Socket-" + path_in_name(seen.path), Severity::error,
             seen.path + ", the socket of this node's container runtime, is held by " + holder.who,
             holder.remedy}};
}

Findings check_first_file(const FirstFileSeen& seen, const std::vector<std::string>& ours) {
    if (!seen.trouble.empty()) {
        return {{"CniConfiguration", Severity::error,
                 "whether a file sorts before " + seen.path +
                     " by name, so that pods would be in its network, cannot be told (" +
                     seen.trouble + ")",
                 unseen_hint}};
    }
    Findings findings;
    for (const auto& path : seen.before) {
        if (!contains(ours, path)) {
            findings.push_back({"CniConfiguration", Severity::error,
                                path + " sorts before " + seen.path +
                                    " by name: the container runtime uses the first file, and pods "
                                    "would be in its network",
                                "remove it, or rename it so that it ends in .disabled"});
        }
    }
    return findings;
}

Findings check_conflicts(const std::vector<Conflict>& conflicts,
                         const std::vector<std::string>& active) {
    Findings findings;
    for (const auto& conflict : conflicts) {
        if (contains(active, conflict.unit)) {
            findings.push_back({"ForeignService-" + conflict.unit, conflict.severity,
                                conflict.unit + " is running on this machine: " + conflict.why,
                                "systemctl disable --now " + conflict.unit});
        }
    }
    return findings;
}

} // namespace k8s_node::host
