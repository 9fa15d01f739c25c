// A whole reset of a machine that is a directory.
#include <cerrno>

#include <gmock/gmock.h>

#include "generations/rotation_file.hpp"
#include "reset/removal_scope.hpp"
#include "reset/take_node_away.hpp"
#include "unit/engine/small_node.hpp"

namespace k8s_node::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

struct Killed {};

class TakeNodeAway : public testing::Test {
protected:
    /// As a run that has just been started: it knows only what is on disk.
    [[nodiscard]] Removal removal(const Keep& keep = {}) {
        return {scope_of(read_ledger(node_.root()), keep, node_.root(), node_.host),
                node_.root(),
                &node_.services,
                node_.system.loop,
                node_.host,
                events_};
    }
    ResetResult reset(const Keep& keep = {}) {
        auto now = removal(keep);
        return take_node_away(now, [](const auto&) { return true; });
    }
    void install() {
        before_ = node_.listing();
        node_.install();
        node_.run();
    }
    void expect_nothing_left(const ResetResult& result) {
        EXPECT_THAT(result.left, IsEmpty());
        EXPECT_THAT(result.problems, IsEmpty());
        EXPECT_EQ(node_.listing(), before_);
    }

    SmallNode node_;
    NoEvents events_;
    std::map<std::string, std::string> before_;
};

TEST_F(TakeNodeAway, KeysThatStayKeepTheRecordOfTheirRotation) {
    install();
    const auto record = rotation_file(node_.root());
    write_file_atomically(record, "{}", {0600, ::geteuid(), ::getegid()});
    Keep keep;
    keep.identity = true;
    reset(keep);
    EXPECT_TRUE(path_exists(record));
    reset();
    EXPECT_FALSE(path_exists(record));
}

TEST_F(TakeNodeAway, LeavesTheMachineAsItWas) {
    install();
    const auto result = reset();
    expect_nothing_left(result);
    EXPECT_THAT(result.removed, IsSupersetOf(std::vector<Leftover>{
                                    {"unit", "db.service"},
                                    {"unit", "k8s-node.target"},
                                    {"process", "db (process 1)"},
                                    {"mount", node_.path("/var/log/db/volume")},
                                    {"interface", "veth1"},
                                    {"interface", "test-cni0"},
                                    {"route", "198.51.100.64/26 via 192.0.2.11"},
                                    {"firewall", "iptables nat: chain KUBE-SERVICES"},
                                    {"nftables", "ip kube-proxy"},
                                    {"cgroup", "/sys/fs/cgroup/kubepods.slice"},
                                    {"path", "/var/lib/db"},
                                    {"path", "/var/log/db"},
                                    {"network namespace", "pod-1"},
                                    {"file", node_.file},
                                    {"file", node_.link},
                                    {"file", node_.key},
                                    {"user", "db"},
                                    {"group", "db"},
                                    {"path", paths::current},
                                    {"path", paths::generations},
                                    {"path", paths::store}}));
    EXPECT_EQ(node_.host.links.size(), 1U) << "those of others stay";
    EXPECT_EQ(node_.host.ways.size(), 1U);
    EXPECT_EQ(node_.host.mounted.size(), 1U);
}

TEST_F(TakeNodeAway, GoesThroughAllStagesInTheirOrder) {
    install();
    const auto result = reset();
    std::vector<std::string> names;
    for (const auto& step : result.steps) {
        names.push_back(step.name);
    }
    EXPECT_THAT(names, ElementsAre("stop kubelet", "leave the cluster", "end pods", "stop services",
                                   "end processes", "remove interfaces", "remove firewall rules",
                                   "unmount", "remove data", "remove files", "remove users",
                                   "restore kernel parameters", "restore logind",
                                   "remove generations and store"));
    EXPECT_THAT(node_.host.ended,
                ElementsAre("end pause (process 2)", "end db (process 1)",
                            "remove /sys/fs/cgroup/kubepods.slice", "remove veth1",
                            "remove test-cni0", "remove 198.51.100.64/26 via 192.0.2.11",
                            "remove rules", "remove table ip kube-proxy",
                            "unmount " + node_.path("/var/log/db/volume"), "userdel db",
                            "set swappiness"));
}

TEST_F(TakeNodeAway, ANodeThatNobodyTakesAwayIsOnlyLookedAt) {
    install();
    const auto there = node_.listing();
    auto now = removal();
    const auto result = take_node_away(now, [](const auto&) { return false; });
    EXPECT_TRUE(result.declined);
    EXPECT_EQ(node_.listing(), there);
    EXPECT_THAT(node_.host.ended, IsEmpty());
}

TEST_F(TakeNodeAway, WhatOursReplacedComesBack) {
    node_.system.foreign_files = ForeignFiles::replace;
    node_.write(node_.file, "theirs\n", 0600);
    install();
    EXPECT_TRUE(node_.exists(node_.file + ".before-k8s-node"));
    expect_nothing_left(reset());
    EXPECT_EQ(read_file(node_.path(node_.file)), "theirs\n");
}

TEST_F(TakeNodeAway, WhatWasThereBeforeTheNodeStays) {
    node_.append("/etc/group", "db:x:999:\n");
    node_.append("/etc/passwd", "web:x:5:5::/:/bin/sh\n");
    node_.write("/var/lib/db/.keep", "");
    node_.write("/etc/kubernetes/theirs", "precious");
    make_directories(node_.path("/var/log/db/lost+found"));
    node_.host.used = {"pod-2"};
    node_.write("/run/netns/pod-2", "");
    before_ = node_.listing();
    node_.install();
    node_.append("/etc/passwd", "db:x:999:999::/:/sbin/nologin\n");
    node_.write("/var/log/db/today.log", "log");
    const auto result = reset();
    EXPECT_THAT(result.left, IsEmpty());
    EXPECT_TRUE(node_.exists("/etc/kubernetes/theirs"));
    EXPECT_TRUE(node_.exists("/run/netns/pod-2"));
    EXPECT_TRUE(node_.exists("/var/log/db/lost+found"));
    EXPECT_FALSE(node_.exists("/var/log/db/today.log"));
    EXPECT_THAT(result.removed, Not(Contains(Leftover{"group", "db"})));
}

TEST_F(TakeNodeAway, KeptDataStayWithWhatTheyNeed) {
    install();
    const auto result = reset({.data = true});
    EXPECT_THAT(result.left, IsEmpty());
    EXPECT_EQ(read_file(node_.path("/var/lib/db/member/wal")), "data");
    EXPECT_TRUE(node_.exists(node_.key));
    EXPECT_THAT(read_file(node_.path("/etc/passwd")), HasSubstr("\ndb:"));
    EXPECT_FALSE(node_.exists(node_.file));
    EXPECT_FALSE(node_.exists(paths::store));
    expect_nothing_left(reset());
}

TEST_F(TakeNodeAway, AKeptStoreIsAllThatStays) {
    install();
    EXPECT_THAT(reset({.store = true}).left, IsEmpty());
    EXPECT_TRUE(node_.system.store.contains(node_.spec.artifacts.front()));
    EXPECT_FALSE(node_.exists(node_.key));
    EXPECT_FALSE(node_.exists(paths::generations));
    expect_nothing_left(reset());
}

TEST_F(TakeNodeAway, AKeptIdentityIsTheKeys) {
    install();
    const auto key = read_file(node_.path(node_.key));
    EXPECT_THAT(reset({.identity = true}).left, IsEmpty());
    EXPECT_EQ(read_file(node_.path(node_.key)), key);
    EXPECT_FALSE(node_.exists("/var/lib/db"));
    EXPECT_FALSE(node_.exists(node_.file));
    expect_nothing_left(reset());
}

TEST_F(TakeNodeAway, NothingIsDeletedBelowAMountThatIsInUse) {
    install();
    const auto volume = node_.path("/var/log/db/volume");
    node_.host.stuck = {volume};
    const auto result = reset();
    EXPECT_EQ(result.steps.back().name, "unmount");
    EXPECT_THAT(result.problems, ElementsAre(AllOf(HasSubstr(volume), HasSubstr("bash"))));
    EXPECT_THAT(result.left, Contains(Leftover{"mount", volume}));
    for (const auto& place : {std::string("/var/lib/db/member/wal"), node_.file, node_.key}) {
        EXPECT_TRUE(node_.exists(place)) << place;
    }
    node_.host.stuck.clear();
    expect_nothing_left(reset());
}

TEST_F(TakeNodeAway, NothingIsDeletedBeneathAProcessThatDoesNotEnd) {
    install();
    node_.host.unkillable = {"db (process 1)"};
    const auto result = reset();
    EXPECT_THAT(result.problems, ElementsAre(HasSubstr("end processes: processes do not end")));
    EXPECT_THAT(result.left, Contains(Leftover{"process", "db (process 1)"}));
    EXPECT_TRUE(node_.exists("/var/lib/db/member/wal"));
    node_.host.unkillable.clear();
    expect_nothing_left(reset());
}

TEST_F(TakeNodeAway, AProgramThatIsMissingIsToldBeforeAnythingIsDone) {
    install();
    const auto there = node_.listing();
    node_.host.lacking = {"userdel", "iptables-save"};
    try {
        reset();
        FAIL() << "it went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::unsuitable);
        EXPECT_THAT(error.details(),
                    ElementsAre("userdel, to remove the user db",
                                "iptables-save, to find and remove firewall rules"));
    }
    EXPECT_EQ(node_.listing(), there);
    EXPECT_THAT(node_.host.ended, IsEmpty());
}

TEST_F(TakeNodeAway, AParameterThatMayNotBeSetIsNoFailure) {
    install();
    node_.host.refusal = EPERM;
    EXPECT_THAT(reset().problems, IsEmpty());
    EXPECT_EQ(read_file(node_.path("/proc/sys/vm/swappiness")), "7\n");
}

TEST_F(TakeNodeAway, UnitsThatRanUnderOurNamesStartAgain) {
    node_.services.set("db.service", "active");
    install();
    node_.services.jobs.clear();
    expect_nothing_left(reset());
    EXPECT_EQ(node_.services.jobs.back(), (UnitJob{JobKind::start, "db.service"}));
}

TEST_F(TakeNodeAway, AKilledRunIsRepeatedWhereverItWas) {
    for (std::size_t effects = 0;; ++effects) {
        SCOPED_TRACE("killed after " + std::to_string(effects) + " effects");
        install();
        auto left = effects;
        node_.host.before = [&](const std::string& /*what*/) {
            if (left-- == 0) {
                throw Killed();
            }
        };
        bool was_killed = false;
        try {
            static_cast<void>(reset());
        } catch (const Killed&) {
            was_killed = true;
        }
        node_.host.before = [](const std::string&) {};
        if (!was_killed) {
            EXPECT_GT(effects, 9U) << "the node has more to be killed at";
            return;
        }
        expect_nothing_left(reset());
    }
}

TEST_F(TakeNodeAway, AKilledRunIsRepeatedAfterEachStage) {
    for (int last = 0; last <= static_cast<int>(RemovalStage::end); ++last) {
        SCOPED_TRACE(name_of(static_cast<RemovalStage>(last)));
        install();
        auto killed = removal();
        for (int stage = 0; stage <= last; ++stage) {
            take_away(static_cast<RemovalStage>(stage), killed);
        }
        expect_nothing_left(reset());
    }
}

} // namespace
} // namespace k8s_node::test
