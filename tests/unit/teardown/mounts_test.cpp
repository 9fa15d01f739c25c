#include <functional>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "teardown/mounts.hpp"
#include "unit/support/temporary_directory.hpp"

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

/// The body of a test in a process with mounts of its own.
int in_own_namespace(const std::function<bool()>& body) {
    const auto child = ::fork();
    if (child == 0) {
        if (::unshare(CLONE_NEWNS) < 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) {
            ::_exit(77);
        }
        ::_exit(body() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool mount_tmpfs(const std::string& at) {
    return ::mount("test", at.c_str(), "tmpfs", 0, nullptr) == 0;
}

/// As `/` on a machine with systemd, bound into the node's directory; what is
/// mounted on it later is there twice.
bool unmounts_only_its_own(const std::string& top) {
    const auto trap = top + "/kubelet/trap";
    if (!mount_tmpfs(top) || ::mount(nullptr, top.c_str(), nullptr, MS_SHARED, nullptr) < 0) {
        return false;
    }
    std::filesystem::create_directories(trap);
    std::filesystem::create_directories(top + "/later");
    if (::mount(top.c_str(), trap.c_str(), nullptr, MS_BIND, nullptr) < 0 ||
        !mount_tmpfs(top + "/later") || !std::filesystem::exists(trap + "/later")) {
        return false;
    }
    const MountScope ours{{top + "/kubelet"}, {}};
    const bool was_twice = unmount_order(read_mounts(), ours).size() == 2;
    const bool all_went = unmount_all(ours).empty() && unmount_order(read_mounts(), ours).empty();
    const bool theirs_stay = unmount_order(read_mounts(), {{}, {top + "/later"}}).size() == 1;
    return was_twice && all_went && theirs_stay;
}

TEST(Mounts, OfOthersStayWhereTheyPropagateFrom) {
    const test::TemporaryDirectory directory;
    const int status = in_own_namespace([&] { return unmounts_only_its_own(directory.path()); });
    if (status == 77) {
        GTEST_SKIP() << "only root may mount";
    }
    EXPECT_EQ(status, 0);
}

} // namespace
} // namespace k8s_node::teardown
