// Facts about a machine before anything is installed: input for resolving, rendering and
// preflight. Observed by host/facts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace k8s_node {

/// How control groups are mounted. Kubernetes treats `hybrid` as version 1: the controllers are
/// on v1, only systemd's own tree is v2.
enum class CgroupLayout { v1, hybrid, v2 };

/// An address of this machine and the interface that holds it.
struct InterfaceAddress {
    std::string interface; ///< "eth0"
    std::string address;   ///< "192.0.2.2", "fd00::2": as inet_ntop(3) writes it
    bool operator==(const InterfaceAddress&) const = default;
};

/// The operating system, from os-release(5). Empty where it does not say.
struct OsRelease {
    std::string id;         ///< "debian"
    std::string version_id; ///< "12"
    std::string name;       ///< "Debian GNU/Linux 12 (bookworm)"
    bool operator==(const OsRelease&) const = default;
};

struct Facts {
    std::string architecture;         ///< as Kubernetes names it: "amd64", "arm64"
    std::string kernel_release;       ///< "6.1.0-18-amd64"
    std::string hostname;             ///< as the kernel knows it
    std::string default_address;      ///< IPv4 source of the default route; empty without one
    std::string default_interface;    ///< the interface that holds it, or else the IPv6 one
    std::string default_address_ipv6; ///< IPv6 source of the default route; empty without one
    std::vector<InterfaceAddress> addresses; ///< all, including loopback
    OsRelease os;
    CgroupLayout cgroup = CgroupLayout::v2;
    std::uint64_t memory_bytes = 0;
    unsigned cpus = 0;
    std::string container;        ///< "systemd-nspawn", "docker", …; empty on a machine
    bool systemd_booted = false;  ///< systemd is PID 1 (sd_booted(3))
    int systemd_version = 0;      ///< 252; 0 if unknown
    std::string resolv_conf;      ///< the resolv.conf that lists real servers, for the kubelet
    bool has_name_server = false; ///< resolv_conf names one
    bool swap_on = false;
    bool conntrack_tunable = true; ///< kube-proxy may set nf_conntrack_max and its hash size
    bool may_lower_oom_score =
        true; ///< CAP_SYS_RESOURCE is available; else containerd must not try
    bool operator==(const Facts&) const = default;
};

} // namespace k8s_node
