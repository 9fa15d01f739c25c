#include <gtest/gtest.h>

#include "teardown/interfaces.hpp"
#include "teardown/processes.hpp"
#include "teardown/virtual_servers.hpp"

namespace k8s_node::teardown {
namespace {

TEST(Processes, AreFoundByTheirGroupFromTheTop) {
    const std::vector<std::string> groups = {"kubepods.slice", "system.slice/containerd.service"};
    EXPECT_TRUE(
        is_in_cgroup("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-a.scope\n", groups));
    EXPECT_TRUE(is_in_cgroup("2:cpu:/\n1:name=systemd:/system.slice/containerd.service\n", groups));
    EXPECT_FALSE(
        is_in_cgroup("0::/system.slice/docker-1.scope/system.slice/containerd.service\n", groups));
    EXPECT_FALSE(is_in_cgroup("0::/kubepods.slices/x\n0::/user.slice\nnonsense\n", groups));
}

TEST(Interfaces, PortsOfOurBridgeGoBeforeIt) {
    const std::vector<Interface> all = {{1, "lo", "", 0},        {2, "eth0", "", 4},
                                        {3, "veth1", "veth", 4}, {4, "cni0", "bridge", 0},
                                        {5, "veth2", "veth", 6}, {6, "br0", "bridge", 0},
                                        {7, "cni0x", "dummy", 0}};
    EXPECT_EQ(interfaces_to_remove(all, {"cni0"}, {}), (std::vector<Interface>{all[2], all[3]}));
    // A bridge that was there before the node keeps its ports, too.
    EXPECT_TRUE(interfaces_to_remove(all, {"cni0"}, {"cni0"}).empty());
}

TEST(VirtualServers, AreReadFromTheKernelsTable) {
    constexpr const char* table = "IP Virtual Server version 1.2.1 (size=4096)\n"
                                  "Prot LocalAddress:Port Scheduler Flags\n"
                                  "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n"
                                  "TCP  0A600001:01BB rr \n"
                                  "  -> C000020A:192B      Masq    1      0          0         \n"
                                  "UDP  0A60000A:0035 rr \n"
                                  "TCP  [fd00:0000:0000:0000:0000:0000:0000:0001]:0050 rr \n"
                                  "FWM  00000001 rr \n"
                                  "TCP  0A60000:00035 rr \n";
    EXPECT_EQ(parse_virtual_servers(table),
              (std::vector<VirtualServer>{{"TCP", "10.96.0.1", 443}, {"UDP", "10.96.0.10", 53}}));
}

} // namespace
} // namespace k8s_node::teardown
