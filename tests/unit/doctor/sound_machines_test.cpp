// Machines of different kinds without a fault: doctor raises no alarm.
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
using testing::IsEmpty;

struct Sound {
    const char* what;
    std::function<void(Machine&)> prepare;
};

void PrintTo(const Sound& sound, std::ostream* out) {
    *out << sound.what;
}

void run(Machine& machine, const char* unit) {
    machine.subject.active_units.emplace_back(unit);
}

void write_cgroup1(Machine& machine) {
    machine.subject.facts.cgroup = CgroupLayout::v1;
    machine.files.write("/proc/cgroups", "cpuset 1 1 1\ncpu 2 1 1\ncpuacct 2 1 1\nmemory 3 1 1\n"
                                         "devices 4 1 1\nfreezer 5 1 1\npids 6 1 1\n");
}

const std::vector<Sound> machines = {
    {"virtual machine of Debian", [](Machine&) {}},
    {"server of Ubuntu",
     [](Machine& m) {
         run(m, "systemd-networkd.service");
         m.files.write("/etc/systemd/network/10-lan.network", "[Match]\nName=en* eth*\n");
         m.files.write("/etc/apt/apt.conf.d/20auto-upgrades",
                       "APT::Periodic::Unattended-Upgrade \"1\";\n");
         m.files.write("/etc/apt/apt.conf.d/50unattended-upgrades",
                       "//Unattended-Upgrade::Automatic-Reboot \"true\";\n");
         m.files.write("/etc/needrestart/needrestart.conf", "#$nrconf{restart} = 'a';\n");
         m.files.write("/etc/ufw/ufw.conf", "ENABLED=no\n");
         m.files.write("/etc/default/ufw", "DEFAULT_FORWARD_POLICY=\"DROP\"\n");
     }},
    {"Fedora",
     [](Machine& m) {
         m.subject.active_units = {"chronyd.service", "NetworkManager.service",
                                   "firewalld.service"};
         m.files.write("/etc/NetworkManager/conf.d/50-k8s-node.conf",
                       "[keyfile]\nunmanaged-devices=interface-name:cni0;interface-name:veth*\n");
         m.files.write("/etc/firewalld/zones/trusted.xml",
                       "<zone><source address=\"10.244.0.0/16\"/></zone>\n");
         m.files.write("/etc/dnf/automatic.conf", "[commands]\nreboot = never\n");
     }},
    {"container",
     [](Machine& m) {
         m.subject.facts.container = "systemd-nspawn";
         m.subject.clock_synchronized = false;
         m.subject.active_units.clear();
     }},
    {"worker with swap, as it is configured",
     [](Machine& m) {
         m.subject.facts.swap_on = true;
         m.subject.refuses_swap = false;
         m.preflight.swap = host::SwapPolicy::allow;
         m.files.write("/etc/fstab", "/swapfile none swap sw 0 0\n");
     }},
    {"member of etcd alone",
     [](Machine& m) {
         m.subject.runs_pods = m.preflight.kubelet = false;
         run(m, "NetworkManager.service");
         write_cgroup1(m);
     }},
    {"installed node with an overlay",
     [](Machine& m) {
         m.subject.node_name = "n1";
         m.subject.has_overlay = true;
         run(m, "systemd-networkd.service");
         m.files.write("/etc/systemd/networkd.conf.d/50-k8s-node.conf",
                       "[Network]\nManageForeignRoutes = no\n");
         m.files.write("/sys/class/net/flannel.1/mtu", "1450\n");
         m.files.write("/sys/class/net/cni0/mtu", "1450\n");
         m.files.write("/etc/k8s-node/current/config/kubelet.yaml", "cgroupDriver: systemd\n");
         m.files.write("/etc/k8s-node/current/config/containerd.toml", "SystemdCgroup = true\n");
         m.files.write("/var/lib/kubelet/pki/kubelet-client-current.pem", test::valid_certificate);
         m.files.write("/proc/sys/net/netfilter/nf_conntrack_max", "131072\n");
         m.files.write("/proc/sys/net/netfilter/nf_conntrack_count", "300\n");
     }},
    {"jumbo frames on bare metal",
     [](Machine& m) {
         m.files.write("/sys/class/net/eth0/mtu", "9000\n");
         m.files.write("/sys/class/net/cni0/mtu", "9000\n");
         m.files.write("/etc/machine-id", "4F0C3A52D1B84F6BA7C1C35CBB7A2F11\n");
     }},
    {"cut off from every network",
     [](Machine& m) {
         m.subject.facts.default_interface.clear();
         m.subject.facts.resolv_conf.clear();
         std::filesystem::remove(m.files.path() / "etc/resolv.conf");
         std::filesystem::remove(m.files.path() / "etc/hostname");
     }},
    {"host name in capitals, which the node's name has not",
     [](Machine& m) {
         m.subject.facts.hostname = "N1";
         m.files.write("/etc/hostname", "N1\n");
         m.subject.node_name = "n1";
     }},
    {"control plane that keeps the D-Bus copy of its ID",
     [](Machine& m) {
         m.files.make_directory("/var/lib/dbus");
         std::filesystem::create_symlink(m.files.path() / "etc/machine-id",
                                         m.files.path() / "var/lib/dbus/machine-id");
         m.subject.active_units = {"chrony.service"};
         m.files.write("/etc/fstab",
                       "# /dev/sdb none swap sw 0 0\n/dev/sdc none swap noauto 0 0\n");
     }},
};

class SoundMachine : public testing::TestWithParam<Sound> {};

TEST_P(SoundMachine, RaisesNoAlarm) {
    Machine machine;
    GetParam().prepare(machine);
    for (const auto& result : machine.examine()) {
        EXPECT_EQ(result.verdict, Verdict::pass)
            << result.check << ": " << result.seen << " -> " << result.remedy;
        EXPECT_THAT(result.remedy, IsEmpty());
        EXPECT_TRUE(is_check_name(result.check) || is_check_name(result.check + "-x"))
            << result.check;
    }
}

INSTANTIATE_TEST_SUITE_P(Doctor, SoundMachine, testing::ValuesIn(machines));

TEST(SoundMachines, AreAtLeastTenKinds) {
    EXPECT_GE(machines.size(), 10U);
}

} // namespace
} // namespace k8s_node::doctor
