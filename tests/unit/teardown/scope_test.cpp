#include <gtest/gtest.h>

#include "teardown/interfaces.hpp"
#include "teardown/processes.hpp"
#include "teardown/routes.hpp"

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

TEST(Routes, OnlyThoseToPartsOfTheNetworkAreOfTheNode) {
    const std::vector<GatewayRoute> all = {{"10.244.1.0/24", "192.0.2.11"},
                                           {"10.244.0.0/16", "192.0.2.12"},
                                           {"10.245.1.0/24", "192.0.2.11"},
                                           {"10.0.0.0/8", "192.0.2.1"},
                                           {"10.244.7.7/32", "192.0.2.13"}};
    EXPECT_EQ(routes_to_parts(all, {"10.244.0.0/16"}),
              (std::vector<GatewayRoute>{all[0], all[1], all[4]}));
    EXPECT_EQ(routes_to_parts(all, {"fd00::/64", "10.245.0.0/16"}),
              std::vector<GatewayRoute>{all[2]});
    const GatewayRoute six{"fd00:10:244:1::/64", "2001:db8::11"};
    EXPECT_EQ(routes_to_parts({all[0], six}, {"fd00:10:244::/56"}), std::vector<GatewayRoute>{six});
    EXPECT_TRUE(routes_to_parts(all, {}).empty());
    EXPECT_TRUE(routes_to_parts(all, {"0.0.0.0/0"}).empty()) << "a default route is not a part";
}

} // namespace
} // namespace k8s_node::teardown
