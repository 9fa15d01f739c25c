#include <gtest/gtest.h>

#include "host/addresses.hpp"
#include "host/facts.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::host {
namespace {

TEST(ObserveFacts, ReadsTheFilesUnderItsRoot) {
    const test::TemporaryDirectory machine;
    machine.write("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    machine.write("/proc/meminfo", "MemTotal: 4000 kB\n");
    machine.write("/proc/swaps", "Filename Type\n/swap file\n");
    machine.write("/proc/self/status", "CapBnd:\t000001fffeffffff\n");
    machine.write("/proc/self/mountinfo", "1 2 0:1 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw\n");
    machine.write("/run/systemd/container", "systemd-nspawn\n");
    machine.write("/run/systemd/resolve/resolv.conf", "nameserver 192.0.2.1\n");
    machine.make_directory("/run/systemd/system");
    machine.write("/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so", "");
    machine.write("/proc/sys/net/netfilter/nf_conntrack_max", "65536\n");

    const auto facts = observe_facts(Root(machine.path()));
    EXPECT_EQ(facts.os.id, "debian");
    EXPECT_EQ(facts.memory_bytes, 4000U * 1024U);
    EXPECT_TRUE(facts.swap_on);
    EXPECT_FALSE(facts.may_lower_oom_score);
    EXPECT_EQ(facts.cgroup, CgroupLayout::v1);
    EXPECT_EQ(facts.container, "systemd-nspawn");
    EXPECT_TRUE(facts.systemd_booted);
    EXPECT_EQ(facts.systemd_version, 252);
    EXPECT_EQ(facts.resolv_conf, "/run/systemd/resolve/resolv.conf");
    EXPECT_TRUE(facts.has_name_server);
    EXPECT_TRUE(facts.conntrack_tunable);
}

TEST(ObserveFacts, DoesNotMistakeABareTreeForARunningMachine) {
    const test::TemporaryDirectory machine;
    const auto facts = observe_facts(Root(machine.path()));
    EXPECT_FALSE(facts.systemd_booted);
    EXPECT_EQ(facts.systemd_version, 0);
    EXPECT_EQ(facts.resolv_conf, "/etc/resolv.conf");
    EXPECT_FALSE(facts.has_name_server);
    EXPECT_FALSE(facts.swap_on);
}

TEST(ObserveFacts, KnowsTheRunningKernelAndItsLoopback) {
    const auto facts = observe_facts(Root());
    EXPECT_FALSE(facts.kernel_release.empty());
    EXPECT_GE(facts.cpus, 1U);
    EXPECT_GT(facts.memory_bytes, 0U);
    EXPECT_EQ(interface_of(facts.addresses, "127.0.0.1"), "lo");
}

TEST(ObserveFacts, GivesADefaultAddressOnlyWithItsInterface) {
    const auto facts = observe_facts(Root());
    EXPECT_EQ(facts.default_address.empty(), facts.default_interface.empty());
    if (!facts.default_address.empty()) {
        EXPECT_EQ(interface_of(facts.addresses, facts.default_address), facts.default_interface);
    }
}

TEST(InterfaceOf, IgnoresHowAnAddressIsWritten) {
    const std::vector<InterfaceAddress> addresses{{"eth0", "fd00::2"}, {"lo", "127.0.0.1"}};
    EXPECT_EQ(interface_of(addresses, "FD00:0:0::0002"), "eth0");
    EXPECT_FALSE(interface_of(addresses, "fd00::3"));
    EXPECT_FALSE(interface_of(addresses, "eth0"));
}

} // namespace
} // namespace k8s_node::host
