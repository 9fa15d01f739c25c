#include <gmock/gmock.h>

#include "apply/activation.hpp"
#include "apply/owed.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

TEST(Owed, IsKeptUntilItIsDone) {
    const test::TemporaryDirectory directory;
    const Root root(directory.path());
    EXPECT_TRUE(read_owed(root).empty());
    write_owed(root, {});
    const std::set<std::string> owed = {owed_reload, "etcd.service", "kubelet.service"};
    write_owed(root, owed);
    EXPECT_EQ(read_owed(root), owed);
    write_owed(root, {"etcd.service"});
    EXPECT_THAT(read_owed(root), testing::ElementsAre("etcd.service"));
    write_owed(root, {});
    EXPECT_TRUE(read_owed(root).empty());
    EXPECT_TRUE(std::filesystem::is_empty(root.at("/etc/k8s-node/state")));
}

TEST(Activation, IsKnownForTheDirectoriesThatSystemdReads) {
    EXPECT_EQ(activation_of("/etc/sysctl.d/90-x.conf"), "systemd-sysctl.service");
    EXPECT_EQ(activation_of("/etc/modules-load.d/x.conf"), "systemd-modules-load.service");
    EXPECT_EQ(activation_of("/etc/sysusers.d/x.conf"), "systemd-sysusers");
    EXPECT_EQ(activation_of("/etc/tmpfiles.d/x.conf"), "systemd-tmpfiles");
    EXPECT_EQ(activation_of("/etc/sysctl.dx/y"), std::nullopt);
    EXPECT_EQ(activation_of("/usr/etc/sysctl.d/y"), std::nullopt);
}

} // namespace
} // namespace k8s_node
