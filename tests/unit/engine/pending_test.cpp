#include <gmock/gmock.h>

#include "generations/pending.hpp"
#include "resources/triggers.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

TEST(Owed, IsKeptUntilItIsDone) {
    const test::TemporaryDirectory directory;
    const Root root(directory.path());
    EXPECT_TRUE(read_pending(root).empty());
    write_pending(root, {});
    const std::set<std::string> pending = {pending_reload, "etcd.service", "kubelet.service"};
    write_pending(root, pending);
    EXPECT_EQ(read_pending(root), pending);
    write_pending(root, {"etcd.service"});
    EXPECT_THAT(read_pending(root), testing::ElementsAre("etcd.service"));
    write_pending(root, {});
    EXPECT_TRUE(read_pending(root).empty());
    EXPECT_TRUE(std::filesystem::is_empty(root.at("/etc/k8s-node/state")));
}

TEST(Activation, IsKnownForTheDirectoriesThatSystemdReads) {
    EXPECT_EQ(trigger_of("/etc/sysctl.d/90-x.conf"), "systemd-sysctl.service");
    EXPECT_EQ(trigger_of("/etc/modules-load.d/x.conf"), "systemd-modules-load.service");
    EXPECT_EQ(trigger_of("/etc/sysusers.d/x.conf"), "systemd-sysusers");
    EXPECT_EQ(trigger_of("/etc/tmpfiles.d/x.conf"), "systemd-tmpfiles");
    EXPECT_EQ(trigger_of("/etc/sysctl.dx/y"), std::nullopt);
    EXPECT_EQ(trigger_of("/usr/etc/sysctl.d/y"), std::nullopt);
}

} // namespace
} // namespace k8s_node
