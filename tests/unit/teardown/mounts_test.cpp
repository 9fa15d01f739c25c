#include <gtest/gtest.h>

#include "teardown/mounts.hpp"

namespace k8s_node::teardown {
namespace {

std::vector<std::string> points(const std::vector<Mount>& mounts) {
    std::vector<std::string> out;
    for (const auto& mount : mounts) {
        out.push_back(mount.point);
    }
    return out;
}

constexpr const char* mountinfo =
    "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
    "20 1 8:2 / /var/lib/kubelet rw - ext4 /dev/sdb1 rw\n"
    "30 20 8:1 / /var/lib/kubelet/pods/a rw shared:1 - ext4 /dev/sda1 rw\n"
    "31 30 0:5 / /var/lib/kubelet/pods/a/proc rw - proc proc rw\n"
    "32 20 0:40 / /var/lib/kubelet/pods/with\\040blank rw - tmpfs tmpfs rw\n"
    "33 32 0:41 / /var/lib/kubelet/pods/with\\040blank rw - tmpfs over rw\n"
    "40 1 0:42 / /var/lib/kubelet-of-others rw - tmpfs tmpfs rw\n"
    "41 1 0:4 net:[1] /run/netns/cni-1 rw - nsfs nsfs rw\n"
    "42 1 0:4 net:[2] /run/netns/mine rw - nsfs nsfs rw\n"
    "not a mount\n";

TEST(Mounts, ComeOffFromTheInnermostOutwards) {
    const auto order = unmount_order(parse_mounts(mountinfo), {{"/var/lib/kubelet"}, {}});
    ASSERT_EQ(order.size(), 4U);
    // What lies on another mount comes before it, even at the same place.
    EXPECT_EQ(order[0].id, 33);
    EXPECT_EQ(order[1].id, 31);
    EXPECT_EQ(
        points({order[2], order[3]}),
        (std::vector<std::string>{"/var/lib/kubelet/pods/with blank", "/var/lib/kubelet/pods/a"}));
}

TEST(Mounts, OfOthersAreNotInScope) {
    EXPECT_EQ(points(unmount_order(parse_mounts(mountinfo), {{}, {"/run/netns/cni-*"}})),
              (std::vector<std::string>{"/run/netns/cni-1"}));
    EXPECT_TRUE(unmount_order(parse_mounts(mountinfo), {}).empty());
}

TEST(Mounts, OfATopDirectoryGoOnlyWhenNamed) {
    const auto order =
        unmount_order(parse_mounts(mountinfo), {{"/var/lib/kubelet"}, {"/var/lib/kubelet"}});
    EXPECT_EQ(order.back().point, "/var/lib/kubelet");
}

} // namespace
} // namespace k8s_node::teardown
