// Machines with one fault each: doctor names it and the remedy.
#include <functional>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/check_names.hpp"
#include "unit/doctor/certificates.hpp"
#include "unit/doctor/machine.hpp"

namespace k8s_node::doctor {
namespace {

using test::Machine;
using testing::Contains;
using testing::HasSubstr;

struct Broken {
    const char* what;
    std::function<void(Machine&)> breaks;
    const char* check;
    Verdict verdict;
    const char* remedy;
};

void PrintTo(const Broken& broken, std::ostream* out) {
    *out << broken.what;
}

std::string kernel_configuration(const std::string& without) {
    std::string text;
    for (const auto* option : {"NAMESPACES",
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
                               "OVERLAY_FS"}) {
        text += option == without ? "# CONFIG_" + without + " is not set\n"
                                  : "CONFIG_" + std::string(option) + "=y\n";
    }
    return text;
}

constexpr auto warn = Verdict::warn;
constexpr auto fail = Verdict::fail;

// One line of code each, so that a machine reads as what is wrong with it.
const std::vector<Broken> machines = {
    {"no time service",
     [](Machine& m) {
         m.subject.clock_synchronized = false;
         m.subject.active_units.clear();
     },
     "ClockSync", warn, "timesyncd"},
    {"time servers do not answer", [](Machine& m) { m.subject.clock_synchronized = false; },
     "ClockSync", warn, "timedatectl timesync-status"},
    {"clock source hpet",
     [](Machine& m) {
         m.files.write("/sys/devices/system/clocksource/clocksource0/current_clocksource",
                       "hpet\n");
     },
     "ClockSource", warn, "clocksource=tsc"},
    {"machine-id of an image",
     [](Machine& m) { m.files.write("/etc/machine-id", "uninitialized\n"); }, "MachineId", fail,
     "systemd-machine-id-setup"},
    {"machine-id of zeros",
     [](Machine& m) { m.files.write("/etc/machine-id", "00000000000000000000000000000000\n"); },
     "MachineId", fail, "systemd-machine-id-setup"},
    {"cloned machine",
     [](Machine& m) {
         m.files.write("/var/lib/dbus/machine-id", "00112233445566778899aabbccddeeff\n");
     },
     "MachineId", warn, "rm /etc/machine-id"},
    {"another host name than the node", [](Machine& m) { m.subject.node_name = "node-7"; },
     "HostNameDrift", warn, "set-hostname node-7"},
    {"another host name after the next boot",
     [](Machine& m) { m.files.write("/etc/hostname", "n9\n"); }, "HostNameDrift", warn,
     "hostnamectl"},
    {"kernel of long ago", [](Machine& m) { m.subject.facts.kernel_release = "4.15.0-20"; },
     "KernelVersion", fail, "newer kernel"},
    {"cgroup 2 on an early kernel", [](Machine& m) { m.subject.facts.kernel_release = "5.4.0"; },
     "KernelVersion", warn, "newer kernel"},
    {"kernel without veth",
     [](Machine& m) { m.files.write("/boot/config-6.1.0-18-amd64", kernel_configuration("VETH")); },
     "KernelFeatures", fail, "boot a kernel"},
    {"kernel without network namespaces",
     [](Machine& m) { std::filesystem::remove(m.files.path() / "proc/self/ns/net"); },
     "KernelFeatures", fail, "boot a kernel"},
    {"memory controller off",
     [](Machine& m) { m.files.write("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io pids\n"); },
     "CgroupControllers", fail, "cgroup_enable=memory"},
    {"cgroup 1 without pids",
     [](Machine& m) {
         m.subject.facts.cgroup = CgroupLayout::v1;
         m.files.write("/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
                                        "cpuset\t1\t1\t1\ncpu\t2\t1\t1\ncpuacct\t2\t1\t1\n"
                                        "memory\t3\t1\t1\ndevices\t4\t1\t1\nfreezer\t5\t1\t1\n"
                                        "pids\t6\t1\t0\n");
     },
     "CgroupControllers", fail, "cgroup_enable=pids"},
    {"cgroup 1", [](Machine& m) { m.subject.facts.cgroup = CgroupLayout::v1; },
     "SystemVerification", warn, "unified_cgroup_hierarchy=1"},
    {"cgroup drivers differ",
     [](Machine& m) {
         m.files.write("/var/lib/kubelet/config.yaml", "cgroupDriver: systemd\n");
         m.files.write("/etc/containerd/config.toml", "[plugins]\n  SystemdCgroup = false\n");
     },
     "CgroupDriver", fail, "SystemdCgroup = true"},
    {"cgroup driver by default",
     [](Machine& m) {
         m.files.write("/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\n");
         m.files.write("/etc/containerd/config.toml", "SystemdCgroup = true\n");
     },
     "CgroupDriver", fail, "cgroupDriver: systemd"},
    {"swap is on", [](Machine& m) { m.subject.facts.swap_on = true; }, "Swap", fail, "swapoff -a"},
    {"swap comes back",
     [](Machine& m) {
         m.files.write("/etc/fstab", "UUID=1 / ext4 defaults 0 1\nUUID=2 none swap sw 0 0\n");
     },
     "SwapAtBoot", warn, "/etc/fstab"},
    {"swap in memory comes back",
     [](Machine& m) { m.files.write("/etc/systemd/zram-generator.conf", "[zram0]\n"); },
     "SwapAtBoot", warn, "zram"},
    {"few inotify instances",
     [](Machine& m) { m.files.write("/proc/sys/fs/inotify/max_user_instances", "16\n"); },
     "InotifyLimits", warn, "fs.inotify.max_user_instances"},
    {"few inotify watches",
     [](Machine& m) { m.files.write("/proc/sys/fs/inotify/max_user_watches", "1024\n"); },
     "InotifyLimits", warn, "sysctl --system"},
    {"full connection table",
     [](Machine& m) {
         m.files.write("/proc/sys/net/netfilter/nf_conntrack_max", "1000\n");
         m.files.write("/proc/sys/net/netfilter/nf_conntrack_count", "990\n");
     },
     "Conntrack", fail, "nf_conntrack_max"},
    {"no file handles left",
     [](Machine& m) { m.files.write("/proc/sys/fs/file-nr", "99 0 100\n"); }, "FileHandles", fail,
     "fs.file-max"},
    {"full disk",
     [](Machine& m) {
         m.preflight.disks = {{"/var", UINT64_MAX}};
     },
     "DiskSpace--var", fail, "free space"},
    {"a disk on which kubelet evicts pods",
     [](Machine& m) {
         m.subject.disks = {{"/var/lib/kubelet", 9}};
     },
     "DiskPressure", warn, "crictl rmi"},
    {"networkd takes every interface",
     [](Machine& m) {
         m.subject.active_units.emplace_back("systemd-networkd.service");
         m.files.write("/etc/systemd/network/20-all.network",
                       "[Match]\nName=*\n\n[Network]\nDHCP=yes\n");
     },
     "Networkd", warn, "Name=en*"},
    {"networkd removes routes",
     [](Machine& m) {
         m.subject.active_units.emplace_back("systemd-networkd.service");
         m.subject.has_overlay = true;
     },
     "Networkd", warn, "ManageForeignRoutes=no"},
    {"NetworkManager takes pods' interfaces",
     [](Machine& m) { m.subject.active_units.emplace_back("NetworkManager.service"); },
     "NetworkManager", warn, "unmanaged-devices="},
    {"firewalld", [](Machine& m) { m.subject.active_units.emplace_back("firewalld.service"); },
     "Firewall", warn, "--add-source=10.244.0.0/16"},
    {"ufw drops",
     [](Machine& m) {
         m.files.write("/etc/ufw/ufw.conf", "ENABLED=yes\n");
         m.files.write("/etc/default/ufw", "DEFAULT_FORWARD_POLICY=\"DROP\"\n");
     },
     "Firewall", warn, "DEFAULT_FORWARD_POLICY=\"ACCEPT\""},
    {"pods' packets are too large",
     [](Machine& m) { m.files.write("/sys/class/net/flannel.1/mtu", "1500\n"); }, "Mtu", fail,
     "mtu 1450"},
    {"tiny MTU", [](Machine& m) { m.files.write("/sys/class/net/eth0/mtu", "576\n"); }, "Mtu", warn,
     "mtu 1500"},
    {"the cluster's DNS asks itself",
     [](Machine& m) { m.files.write("/etc/resolv.conf", "nameserver 10.96.0.10\n"); }, "DnsLoop",
     fail, "site's name servers"},
    {"reboots by itself",
     [](Machine& m) {
         m.files.write("/etc/apt/apt.conf.d/50unattended-upgrades",
                       "APT::Periodic::Unattended-Upgrade "
                       "\"1\";\nUnattended-Upgrade::Automatic-Reboot \"true\";\n");
     },
     "UnattendedUpgrades", warn, "Automatic-Reboot \"false\""},
    {"dnf reboots by itself",
     [](Machine& m) {
         m.files.write("/etc/dnf/automatic.conf", "[commands]\nreboot = when-needed\n");
     },
     "UnattendedUpgrades", warn, "reboot = never"},
    {"needrestart",
     [](Machine& m) {
         m.files.write("/etc/needrestart/conf.d/auto.conf", "$nrconf{restart} = 'a';\n");
     },
     "UnattendedUpgrades", warn, "override_rc"},
    {"expired certificate of kubelet",
     [](Machine& m) {
         m.files.write("/var/lib/kubelet/pki/kubelet-client-current.pem", test::past_certificate);
     },
     "KubeletCertificate", fail, "token create"},
    {"certificate of the future",
     [](Machine& m) {
         m.files.write("/var/lib/kubelet/pki/kubelet-server-current.pem", test::future_certificate);
     },
     "KubeletCertificate", fail, "set the clock"},
    {"k3s was here", [](Machine& m) { m.files.make_directory("/etc/rancher/k3s"); }, "Remains-k3s",
     warn, "k3s-uninstall.sh"},
    {"k0s was here", [](Machine& m) { m.files.make_directory("/var/lib/k0s"); }, "Remains-k0s",
     warn, "k0s reset"},
    {"kubeadm was here",
     [](Machine& m) { m.files.write("/etc/kubernetes/manifests/etcd.yaml", ""); },
     "FileAvailable--etc-kubernetes-manifests-etcd.yaml", fail, "kubeadm reset"},
    {"kubelet of a package",
     [](Machine& m) { m.files.write("/usr/lib/systemd/system/kubelet.service", "[Service]\n"); },
     "ForeignUnit-kubelet.service", fail, "dpkg -S"},
    {"drop-in of old",
     [](Machine& m) { m.files.write("/etc/systemd/system/etcd.service.d/a.conf", "[Service]\n"); },
     "ForeignDropIn-etcd.service", fail, "override"},
    {"node name with an underscore", [](Machine& m) { m.preflight.node_name = "Node_1"; },
     "Hostname", fail, "hostnamectl"},
    {"pods' network is the site's",
     [](Machine& m) {
         m.subject.facts.addresses.push_back({"eth1", "10.244.3.9"});
     },
     "Network-cluster.pod_cidr", fail, "set cluster.pod_cidr"},
    {"module is missing",
     [](Machine& m) {
         m.preflight.kernel_modules = {"br_netfilter"};
         m.files.write("/lib/modules/6.1.0-18-amd64/modules.dep", "");
     },
     "KernelModule-br_netfilter", fail, "linux-image"},
    {"too little memory", [](Machine& m) { m.subject.facts.memory_bytes = 512ULL << 20U; }, "Mem",
     warn, "more memory"},
};

class BrokenMachine : public testing::TestWithParam<Broken> {};

TEST_P(BrokenMachine, IsToldWithItsRemedy) {
    Machine machine;
    GetParam().breaks(machine);
    const auto results = machine.examine();
    EXPECT_THAT(results, Contains(testing::AllOf(
                             testing::Field(&CheckResult::check, GetParam().check),
                             testing::Field(&CheckResult::verdict, GetParam().verdict),
                             testing::Field(&CheckResult::seen, testing::Not(testing::IsEmpty())),
                             testing::Field(&CheckResult::remedy, HasSubstr(GetParam().remedy)))));
    EXPECT_TRUE(is_check_name(GetParam().check)) << "--ignore-preflight refuses it";
}

INSTANTIATE_TEST_SUITE_P(Doctor, BrokenMachine, testing::ValuesIn(machines));

TEST(BrokenMachines, AreAtLeastThirty) {
    EXPECT_GE(machines.size(), 30U);
}

} // namespace
} // namespace k8s_node::doctor
