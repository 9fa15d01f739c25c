#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/proc_text.hpp"

namespace k8s_node::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ArchitectureName, IsKubernetesNameOrTheMachinesOwn) {
    EXPECT_EQ(architecture_name("x86_64"), "amd64");
    EXPECT_EQ(architecture_name("aarch64"), "arm64");
    EXPECT_EQ(architecture_name("riscv64"), "riscv64");
}

TEST(BoundingSet, TellsAMissingCapability) {
    // A container without CAP_SYS_RESOURCE (24).
    const auto set = parse_bounding_set("Name:\tcat\nCapEff:\t0000000000000000\n"
                                        "CapBnd:\t000001fffeffffff\nCapAmb:\t0\n");
    ASSERT_TRUE(set);
    EXPECT_FALSE(has_capability(*set, 24));
    EXPECT_TRUE(has_capability(*set, 21));
    EXPECT_FALSE(has_capability(*set, 64));
}

TEST(BoundingSet, IsUnknownWithoutItsLine) {
    EXPECT_FALSE(parse_bounding_set("Name:\tcat\n"));
    EXPECT_FALSE(parse_bounding_set("CapBnd:\tnothex\n"));
}

TEST(Swaps, AreTheLinesBelowTheHeading) {
    const auto* heading = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
    EXPECT_THAT(parse_swaps(heading), IsEmpty());
    EXPECT_THAT(parse_swaps(std::string(heading) +
                            "/dev/zram0 partition\t8388604\t0\t100\n/swap file 1 0 -2\n"),
                ElementsAre("/dev/zram0", "/swap"));
}

TEST(MemoryTotal, IsInBytes) {
    EXPECT_EQ(parse_memory_total("MemTotal:        2048 kB\nMemFree: 1 kB\n"), 2048U * 1024U);
    EXPECT_FALSE(parse_memory_total("MemFree: 1 kB\n"));
    EXPECT_FALSE(parse_memory_total("MemTotal: 12 MB\n"));
}

TEST(OsReleaseText, UndoesShellQuoting) {
    const auto os = parse_os_release("# comment=1\nPRETTY_NAME=\"A \\\"quoted\\\" \\$ystem\"\n"
                                     "ID=debian\nVERSION_ID='12'\n\nnonsense\n");
    EXPECT_EQ(os, (OsRelease{"debian", "12", "A \"quoted\" $ystem"}));
}

TEST(CgroupLayoutOf, FollowsWhatIsMounted) {
    const std::string v1 = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n";
    const std::string v2 = "25 30 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n";
    EXPECT_EQ(parse_cgroup_layout(v1), CgroupLayout::v1);
    EXPECT_EQ(parse_cgroup_layout(v2), CgroupLayout::v2);
    EXPECT_EQ(parse_cgroup_layout(v1 + v2), CgroupLayout::hybrid);
    EXPECT_FALSE(parse_cgroup_layout("22 1 0:21 / /proc rw - proc proc rw\n"));
}

TEST(SystemdVersion, IsInTheNameOfItsLibrary) {
    EXPECT_EQ(parse_systemd_version("libsystemd-shared-252.so"), 252);
    EXPECT_EQ(parse_systemd_version("libsystemd-shared-255.4-1.fc40.so"), 255);
    EXPECT_FALSE(parse_systemd_version("libsystemd-core-252.so"));
    EXPECT_FALSE(parse_systemd_version("libsystemd-shared-.so"));
}

TEST(UnitNames, AreReadOnBothCgroupVersions) {
    EXPECT_THAT(parse_unit_names("0::/system.slice/kubelet.service\n"),
                ElementsAre("kubelet.service"));
    EXPECT_THAT(parse_unit_names("9:name=systemd:/system.slice/etcd.service\n"
                                 "8:pids:/other.service\n0::/system.slice/etcd.service\n"),
                ElementsAre("etcd.service"));
    EXPECT_THAT(parse_unit_names("0::/kubepods.slice/cri-containerd-ab.scope\n"),
                ElementsAre("cri-containerd-ab.scope"));
    EXPECT_THAT(parse_unit_names("0::/\n4:memory:/x\n"), IsEmpty());
}

TEST(BoundSockets, AreListeningOrUnconnectedOnes) {
    const auto* table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
        "timeout "
        "inode\n"
        "   0: 00000000:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        "
        "0 "
        "1591 1 0 100 0 0 10 0\n"
        "   1: 0100007F:88BC 0100007F:192B 01 00000000:00000000 00:00000000 00000000     0        "
        "0 "
        "1600 1 0\n"
        "   2: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07 "
        "00000000:00000000 00:00000000 00000000   101        0 77 2 0\n";
    EXPECT_THAT(parse_bound_sockets(table),
                ElementsAre(SocketEntry{6443, 1591}, SocketEntry{53, 77}));
}

} // namespace
} // namespace k8s_node::host
