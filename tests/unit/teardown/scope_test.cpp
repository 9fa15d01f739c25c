#include <gtest/gtest.h>

#include "teardown/interfaces.hpp"
#include "teardown/processes.hpp"

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

} // namespace
} // namespace k8s_node::teardown
