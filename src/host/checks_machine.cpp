#include <algorithm>
#include <chrono>

#include "host/addresses.hpp"
#include "host/checks.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node::host {

namespace {

constexpr std::uint64_t megabyte = 1000ULL * 1000ULL;
constexpr std::uint64_t control_plane_memory = 1700 * megabyte;
constexpr unsigned control_plane_cpus = 2;
constexpr std::time_t year_2024 = 1704067200;
constexpr std::size_t longest_label = 63;

} // namespace

Findings check_root(uid_t effective_user) {
    if (effective_user == 0) {
        return {};
    }
    return {{"IsPrivilegedUser", Severity::error,
             "this run has user ID " + std::to_string(effective_user) +
                 "; a node can only be installed by root",
             "run the same command with sudo"}};
}

Findings check_systemd(bool systemd_booted) {
    if (systemd_booted) {
        return {};
    }
    return {{"Systemd", Severity::error,
             "systemd is not running this machine (/run/systemd/system is not a directory)",
             "boot the machine with systemd as PID 1; in a container, run systemd as its first "
             "process"}};
}

Findings check_node_name(std::string_view name) {
    const std::string quoted = "the node name '" + std::string(name) + "'";
    if (name.size() > longest_label) {
        return {{"Hostname", Severity::error,
                 quoted + " has " + std::to_string(name.size()) +
                     " characters; the label kubernetes.io/hostname can have at most 63, so no API "
                     "server accepts the node",
                 "set a shorter 'node.name' in the node configuration"}};
    }
    if (!is_dns_subdomain(name)) {
        return {{"Hostname", Severity::error,
                 quoted + " is not a DNS name of lower-case letters, digits, '-' and '.' with at "
                          "most 253 characters",
                 "set another node name in the node configuration, or another host name with "
                 "hostnamectl"}};
    }
    if (name == "localhost" || name.starts_with("localhost.")) {
        return {{"Hostname", Severity::error,
                 quoted + " is the name that every machine has for itself; nodes of a cluster need "
                          "unique names",
                 "give the machine a host name (hostnamectl set-hostname NAME), or set 'node.name' "
                 "in the node configuration"}};
    }
    return {};
}

namespace {

Findings check_one_address(std::string_view address, const Facts& facts) {
    if (address.empty()) {
        if (!facts.default_address.empty() || !facts.default_address_ipv6.empty()) {
            return {};
        }
        return {{"NodeAddress", Severity::error,
                 "no address was configured for the node and there is no default route to derive "
                 "it from",
                 "set the node's address in the node configuration, or give the machine a default "
                 "route",
                 Cure::time}};
    }
    if (const auto kind = local_kind(address); !kind.empty()) {
        return {{"NodeAddress", Severity::error,
                 "the node address " + std::string(address) + " is " + kind +
                     ", which other machines cannot use",
                 "set an address of this machine that the other nodes can reach"}};
    }
    if (interface_of(facts.addresses, address)) {
        return {};
    }
    std::vector<std::string> present;
    for (const auto& held : facts.addresses) {
        present.push_back(held.address + " (" + held.interface + ")");
    }
    return {{"NodeAddress", Severity::error,
             "the node address " + std::string(address) +
                 " is on no interface of this machine; it has " + join(present, ", "),
             "correct the address in the node configuration, or bring its interface up first",
             Cure::time}};
}

} // namespace

Findings check_address(std::string_view addresses, const Facts& facts) {
    Findings findings;
    for (const auto& address : split(addresses, ',')) {
        append(findings, check_one_address(address, facts));
    }
    return findings;
}

Findings check_clock(std::time_t now, const DatedFile& newest) {
    const auto least = std::max(year_2024, newest.written);
    if (now >= least) {
        return {};
    }
    const auto text = [](std::time_t time) {
        return utc_text(std::chrono::sys_seconds(std::chrono::seconds(time)));
    };
    const auto why = newest.written > year_2024
                         ? newest.path + " was written at " + text(newest.written)
                         : "this program was built after 2023";
    return {{"Clock", Severity::error,
             "the clock says " + text(now) + ", which cannot be right, because " + why +
                 "; certificates created now would not be valid on other machines",
             "wait for the time to be set, or set it (timedatectl, chrony)", Cure::time}};
}

Findings check_size(bool control_plane, const Facts& facts) {
    if (!control_plane) {
        return {};
    }
    Findings findings;
    if (facts.cpus < control_plane_cpus) {
        findings.push_back({"NumCPU", Severity::warning,
                            "there is " + std::to_string(facts.cpus) +
                                " processor; a control plane should have 2 or more",
                            "give the machine more processors, or expect slow starts"});
    }
    if (facts.memory_bytes < control_plane_memory) {
        findings.push_back({"Mem", Severity::warning,
                            "there are " + std::to_string(facts.memory_bytes / megabyte) +
                                " MB of memory; a control plane should have 1700 MB or more",
                            "give the machine more memory"});
    }
    return findings;
}

Findings check_swap(bool swap_on, SwapPolicy policy) {
    if (!swap_on || policy == SwapPolicy::allow) {
        return {};
    }
    return {
        {"Swap", policy == SwapPolicy::refuse ? Severity::error : Severity::warning,
         "swap is on (see /proc/swaps); the kubelet does not start with it unless configured to",
         "turn it off (swapoff -a, and remove it from /etc/fstab), or set failSwapOn: false "
         "for the kubelet"}};
}

Findings check_cgroups(CgroupLayout layout, bool kubelet) {
    if (layout == CgroupLayout::v2 || !kubelet) {
        return {};
    }
    return {{"SystemVerification", Severity::warning,
             "this machine uses cgroup version 1, on which kubelet runs only because it is "
             "configured to (failCgroupV1: false); later versions will not",
             "boot with systemd.unified_cgroup_hierarchy=1 on the kernel command line"}};
}

} // namespace k8s_node::host
