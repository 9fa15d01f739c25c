#include <filesystem>

#include <gmock/gmock.h>

#include "recovery/forced_start.hpp"
#include "recovery/member_data.hpp"
#include "recovery/outlook.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

const EtcdMember etcd{.data = "/var/lib/etcd", .identity = {"--name=n1"}};

struct Recovery : testing::Test {
    test::TemporaryDirectory directory;
    Root root{directory.path()};

    void write(const std::string& path, const std::string& text) const {
        fs::create_directories(root.at(path).parent_path());
        write_file_atomically(root.at(path), text, {});
    }
};

TEST_F(Recovery, ItsStateIsReadBackAndForgotten) {
    EXPECT_EQ(read_recovery_state(root), std::nullopt);
    const RecoveryState state{RecoveryStep::making, "/root/saved.db", "/copy", {{7, "n2 (7)"}}};
    write_recovery_state(root, state);
    EXPECT_EQ(read_recovery_state(root), state);
    forget_recovery(root);
    EXPECT_EQ(read_recovery_state(root), std::nullopt);
}

TEST_F(Recovery, ADamagedStateIsNotTakenForNone) {
    write("/etc/k8s-node/state/etcd-recovery.json", R"({"step": "dancing"})");
    EXPECT_THROW((void)read_recovery_state(root), Error);
}

TEST_F(Recovery, DataAreCopiedWholeAndOnce) {
    EventLoop loop;
    write("/var/lib/etcd/member/wal/0.wal", "log");
    EXPECT_TRUE(has_member_data(etcd, root));
    const auto copy = root.at("/var/lib/k8s-node/etcd-recovery/now");
    copy_member_data(etcd, root, copy, loop);
    write("/var/lib/etcd/member/wal/0.wal", "changed by the forced start");
    copy_member_data(etcd, root, copy, loop);
    EXPECT_EQ(read_file(copy / "member/wal/0.wal"), "log");
}

TEST_F(Recovery, RestoredDataTakeThePlaceOfTheOthersAndAKillLosesNeither) {
    write("/var/lib/etcd/member/wal/0.wal", "old");
    write("/var/lib/etcd/recovery.new/member/wal/0.wal", "new");
    use_restored_data(etcd, root);
    EXPECT_EQ(read_file(root.at("/var/lib/etcd/member/wal/0.wal")), "new");
    use_restored_data(etcd, root); // repeated
    EXPECT_EQ(read_file(root.at("/var/lib/etcd/member/wal/0.wal")), "new");
    EXPECT_FALSE(fs::exists(restored_data(etcd, root)));
}

TEST_F(Recovery, TheForcingDropInLeavesNothing) {
    write_forcing_drop_in("etcd.service", root);
    EXPECT_TRUE(fs::exists(forcing_drop_in("etcd.service", root)));
    remove_forcing_drop_in("etcd.service", root);
    EXPECT_FALSE(fs::exists(root.at("/run/systemd/system/etcd.service.d")));
}

TEST(Outlook, DropsAllOthersByTheirIdsOrByWhatTheNoteKnows) {
    Quorum quorum;
    quorum.members = {{{1, "n1", {}, {}, false}}, {{2, "n2", {}, {}, false}}};
    EXPECT_EQ(member_name(etcd), "n1");
    EXPECT_THAT(dropped_members(quorum, "n1", {"https://n3"}),
                ElementsAre(DroppedMember{2, "n2 (2)"}));
    EXPECT_THAT(dropped_members({}, "n1", {"https://n3"}),
                ElementsAre(DroppedMember{0, "https://n3"}));
}

TEST(Outlook, WhatWorksIsNotRecovered) {
    Quorum quorum;
    quorum.members = {{{1, "n1", {}, {}, false}, true}};
    EXPECT_THAT(findings_before_recovery(quorum, false), IsEmpty());
    quorum.has_leader = true;
    ASSERT_EQ(findings_before_recovery(quorum, true).size(), 1U);
    EXPECT_EQ(findings_before_recovery(quorum, true)[0].name, "EtcdQuorum");
}

} // namespace
} // namespace k8s_node
