#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generations/ledger.hpp"
#include "support/error.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class LedgerOnDisk : public testing::Test {
protected:
    test::TemporaryDirectory directory_;
    Root root_{directory_.path()};
    NodeSpec spec_ = [] {
        NodeSpec spec;
        spec.files = {
            {"/etc/sysusers.d/a.conf", "# c\nu etcd - \"x\"\nu daemon - \"y\"\n", 0644, "a"},
            {"/etc/sysctl.d/a.conf", "# c = d\nnet.ipv4.ip_forward = 1\nnet.gone = 1\n", 0644,
             "a"}};
        spec.cleanup.paths = {"/var/lib/there", "/var/lib/new", "/var/log/x/y-*"};
        return spec;
    }();
};

TEST_F(LedgerOnDisk, ReadsWhatWasWritten) {
    Ledger ledger;
    ledger.files = {"/etc/crictl.yaml", "/etc/kubernetes/pki/ca.key"};
    ledger.keys = {"/etc/kubernetes/pki/ca.key"};
    ledger.backups = {"/etc/crictl.yaml"};
    ledger.found = {"user etcd"};
    ledger.sysctls = {{"net.ipv4.ip_forward", "0"}};
    ledger.units = {"etcd.service"};
    ledger.node_name = "n1";
    ledger.programs = {"nft"};
    ledger.fixed = {{"node.name", "n1"}};
    ledger.cleanup.firewall_comments = {R"(name: "k8s-node" id: *)"};
    ledger.provided.kubelet = KubeletInstance{"kubelet.service"};
    write_ledger(root_, ledger);
    EXPECT_EQ(read_ledger(root_), ledger);
}

TEST_F(LedgerOnDisk, IsNeverGuessed) {
    for (const std::string text : {"", "7", "{}", R"({"format": 1, "files": 7})",
                                   R"({"format": 1, "leaves": {"paths": [1]}})"}) {
        directory_.write(paths::ledger, text);
        EXPECT_THROW(static_cast<void>(read_ledger(root_)), Error) << text;
    }
}

TEST_F(LedgerOnDisk, OfAnOlderProgramIsReadWithTheNamesOfToday) {
    directory_.write(paths::ledger, R"({"format": 1, "files": ["/etc/crictl.yaml"],
        "aside": ["/etc/crictl.yaml"], "leaves": {"paths": ["/var/lib/kubelet"]}})");
    const auto ledger = read_ledger(root_);
    EXPECT_EQ(ledger.backups, std::set<std::string>{"/etc/crictl.yaml"});
    EXPECT_EQ(ledger.cleanup.paths, std::vector<std::string>{"/var/lib/kubelet"});
    EXPECT_TRUE(ledger.objects.empty());
}

/// A reset by a newer program must still leave the cluster of the node that it finds.
TEST_F(LedgerOnDisk, OfAnOlderProgramTellsByItsUnitsHowToLeaveTheCluster) {
    directory_.write(paths::ledger,
                     R"({"format": 2, "units": ["etcd.service", "kubelet.service"]})");
    const auto provided = read_ledger(root_).provided;
    ASSERT_TRUE(provided.etcd && provided.kubelet);
    EXPECT_EQ(provided.etcd->endpoint, "https://127.0.0.1:2379");
    EXPECT_EQ(provided.kubelet->unit, "kubelet.service");
    EXPECT_FALSE(provided.api_server);
}

TEST_F(LedgerOnDisk, OfANewerProgramIsNotForAnOlderOne) {
    directory_.write(paths::ledger, R"({"format": 4, "files": []})");
    try {
        static_cast<void>(read_ledger(root_));
        FAIL() << "what it does not know would be forgotten";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::unsuitable);
        EXPECT_NE(error.message().find("written by a newer k8s-node-install"), std::string::npos);
    }
}

TEST_F(LedgerOnDisk, TellsWhatWasThereBefore) {
    directory_.make_directory("/var/lib/there");
    directory_.write("/etc/group", "etcd:x:7:\n");
    directory_.write("/etc/passwd", "root:x:0\ndaemon:x:1\n");
    directory_.write("/proc/sys/net/ipv4/ip_forward", "0\n");
    Ledger ledger;
    ledger.note_node(spec_, root_);
    EXPECT_THAT(ledger.directories, ElementsAre("/var/lib/new", "/var/log", "/var/log/x"));
    EXPECT_THAT(ledger.users, ElementsAre("etcd"));
    EXPECT_THAT(ledger.found, ElementsAre("group etcd", "user daemon"));
    EXPECT_EQ(ledger.sysctls.at("net.ipv4.ip_forward"), "0");
    EXPECT_EQ(ledger.sysctls.at("net.gone"), "");
}

/// The run that drops etcd or the kubelet may be rolled back, and a reset must still stop them.
TEST_F(LedgerOnDisk, ForgetsNoPartThatAUnitHasPlayed) {
    Ledger ledger;
    spec_.provided.kubelet = KubeletInstance{"kubelet.service"};
    spec_.provided.etcd = EtcdMember{.unit = "etcd.service"};
    ledger.note_node(spec_, root_);
    spec_.provided = {};
    ledger.note_node(spec_, root_);
    EXPECT_TRUE(ledger.provided.kubelet);
    EXPECT_TRUE(ledger.provided.etcd);
}

TEST_F(LedgerOnDisk, KnowsDataThatWereThereBefore) {
    directory_.write("/var/lib/there/member/db", "");
    Ledger ledger;
    ledger.note_node(spec_, root_);
    directory_.write("/var/lib/new/file", "");
    ledger.note_node(spec_, root_);
    EXPECT_TRUE(ledger.is_found_data("/var/lib/there"));
    EXPECT_FALSE(ledger.is_found_data("/var/lib/new"));
    // Also where only what was found is still known, as after a reset that keeps something.
    ledger.cleanup = {};
    EXPECT_TRUE(ledger.known_data().contains("/var/lib/there"));
}

TEST_F(LedgerOnDisk, ASecondLookChangesNothing) {
    directory_.write("/proc/sys/net/ipv4/ip_forward", "0\n");
    Ledger ledger;
    ledger.note_node(spec_, root_);
    const auto first = ledger;
    directory_.make_directory("/var/lib/new");
    directory_.write("/etc/passwd", "etcd:x:999\n");
    directory_.write("/proc/sys/net/ipv4/ip_forward", "1\n");
    ledger.note_node(spec_, root_);
    EXPECT_THAT(ledger.users, Contains("etcd"));
    EXPECT_EQ(ledger.sysctls, first.sysctls);
    EXPECT_EQ(ledger.directories, first.directories);
}

} // namespace
} // namespace k8s_node
