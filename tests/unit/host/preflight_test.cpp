#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/preflight.hpp"
#include "support/error.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::host {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

class Preflight : public testing::Test {
protected:
    void SetUp() override {
        facts_.systemd_booted = true;
        facts_.default_address = "192.0.2.2";
        facts_.kernel_release = "6.1.0";
        input_.node_name = "node-1";
        input_.our_units = {"kubelet.service", "etcd.service"};
    }

    std::vector<std::string> names_of_findings() {
        std::vector<std::string> names;
        for (const auto& finding : run_preflight(input_, facts_, Root(machine_.path()))) {
            if (finding.name != "IsPrivilegedUser") { // the test may run as anyone
                names.push_back(finding.name);
            }
        }
        return names;
    }

    test::TemporaryDirectory machine_;
    PreflightInput input_;
    Facts facts_;
};

TEST_F(Preflight, FindsNothingOnAFitMachine) {
    machine_.write("/usr/bin/mount", "");
    fs::permissions(machine_.path() / "usr/bin/mount", fs::perms::owner_all);
    machine_.write("/proc/filesystems", "nodev\tsysfs\nnodev\toverlay\n");
    machine_.write("/lib/modules/6.1.0/modules.dep",
                   "kernel/net/bridge/br_netfilter.ko.zst: kernel/net/bridge/bridge.ko\n");
    machine_.write("/lib/modules/6.1.0/modules.builtin", "kernel/net/vxlan/ip-set.ko\n");
    input_.executables = {"mount"};
    input_.kernel_modules = {"overlay", "br_netfilter", "ip_set"};
    input_.disks = {{"/var/lib/not/yet/there", 1}};
    EXPECT_THAT(names_of_findings(), IsEmpty());
}

TEST_F(Preflight, TellsEverythingInOneRun) {
    facts_.systemd_booted = false;
    facts_.swap_on = true;
    machine_.make_directory("/lib/modules/6.1.0");
    machine_.write("/lib/modules/6.1.0/modules.dep", "");
    input_.node_name = "Node_1";
    input_.executables = {"no-such-program"};
    input_.kernel_modules = {"overlay"};
    input_.generator = "/usr/lib/systemd/system-generators/k8s-node-generator";
    input_.disks = {{"/var", UINT64_MAX}};
    EXPECT_THAT(names_of_findings(),
                ElementsAre("Systemd", "Hostname", "Swap", "FileExisting-no-such-program",
                            "KernelModule-overlay", "DiskSpace--var", "Generator"));
}

TEST_F(Preflight, FindsUnitsOfOthersOnceOnAMergedUsr) {
    machine_.write("/usr/lib/systemd/system/etcd.service", "[Service]\n");
    fs::create_directory_symlink("usr/lib", machine_.path() / "lib");
    machine_.make_directory("/etc/systemd/system");
    fs::create_symlink("/dev/null", machine_.path() / "etc/systemd/system/kubelet.service");
    machine_.write("/run/systemd/generator/kubelet.service", "ours");
    EXPECT_THAT(names_of_findings(),
                ElementsAre("ForeignUnit-kubelet.service", "ForeignUnit-etcd.service"));
}

TEST_F(Preflight, FindsAKubeadmNodeButNotOurOwn) {
    machine_.write("/etc/kubernetes/manifests/etcd.yaml", "");
    machine_.write("/etc/kubernetes/manifests/.keep", "");
    machine_.write("/etc/kubernetes/kubelet.conf", "");
    machine_.write("/var/lib/kubelet/config.yaml", "");
    input_.our_files = {"/var/lib/kubelet/config.yaml"};
    EXPECT_THAT(names_of_findings(),
                ElementsAre("FileAvailable--etc-kubernetes-manifests-etcd.yaml",
                            "FileAvailable--etc-kubernetes-kubelet.conf"));
}

TEST_F(Preflight, FindsDataOfAnotherNode) {
    input_.cleanup.data = {"/var/lib/etcd"};
    input_.cleanup.paths = {"/var/lib/kubelet", "/var/lib/containerd", "/var/log/pods",
                            "/var/lib/cni/results/k8s-*"};
    machine_.write("/var/lib/etcd/member/wal/0.wal", "");
    machine_.write("/var/lib/kubelet/pki/kubelet.crt", "");
    machine_.write("/var/lib/kubelet/pods/1/x", "");
    machine_.write("/var/lib/containerd/lost+found/#12", "");   // a disk of its own
    machine_.make_directory("/var/log/pods/empty");             // nothing that could be lost
    machine_.write("/var/lib/cni/results/k8s-node-1-eth0", ""); // as narrow as its name
    EXPECT_THAT(names_of_findings(),
                ElementsAre("DirAvailable--var-lib-etcd", "DirAvailable--var-lib-kubelet"));
    input_.known_data = {"/var/lib/etcd", "/var/lib/kubelet/pki", "/var/lib/kubelet/pods"};
    EXPECT_THAT(names_of_findings(), IsEmpty());
}

/// A link to itself stands for what cannot be looked at, for root too.
TEST_F(Preflight, DoesNotTakeForEmptyWhatItCannotLookAt) {
    const auto unreadable = [&](const std::string& path) {
        const auto link = machine_.path() / fs::path(path).relative_path();
        fs::create_directories(link.parent_path());
        fs::create_symlink(link.filename(), link);
    };
    input_.cleanup.data = {"/var/lib/etcd"};
    unreadable("/var/lib/etcd");
    unreadable("/etc/kubernetes/manifests");
    unreadable("/var/lib/kubelet");
    EXPECT_THAT(names_of_findings(), ElementsAre("FileAvailable--etc-kubernetes-manifests",
                                                 "FileAvailable--var-lib-kubelet-config.yaml",
                                                 "DirAvailable--var-lib-etcd"));
    for (const auto& finding : run_preflight(input_, facts_, Root(machine_.path()))) {
        if (finding.name != "IsPrivilegedUser") {
            EXPECT_THAT(finding.message, AllOf(HasSubstr(machine_.path().string()),
                                               HasSubstr("Too many levels of symbolic links")));
            EXPECT_THAT(finding.hint, HasSubstr("as root"));
        }
    }
    input_.new_units = input_.our_units;
    unreadable("/etc/systemd/system/kubelet.service.d");
    EXPECT_THROW(static_cast<void>(names_of_findings()), Error);
}

TEST_F(Preflight, FindsDropInsOfUnitsThatNeverRan) {
    machine_.write("/etc/systemd/system/kubelet.service.d/50-theirs.conf", "[Service]\n");
    machine_.write("/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", "[Service]\n");
    machine_.write("/run/systemd/system/etcd.service.d/note.txt", "");
    fs::create_symlink("/dev/null",
                       machine_.path() / "run/systemd/system/etcd.service.d/masked.conf");
    EXPECT_THAT(names_of_findings(),
                ElementsAre("FileAvailable--usr-lib-systemd-system-kubelet.service.d-10-kubeadm."
                            "conf"));
    input_.new_units = input_.our_units;
    EXPECT_THAT(names_of_findings(), Contains("ForeignDropIn-kubelet.service"));
    EXPECT_THAT(names_of_findings(), SizeIs(2));
}

TEST_F(Preflight, FindsNetworksOfTheSiteInThoseOfTheNode) {
    machine_.write("/proc/net/route", "Iface Destination Gateway Flags RefCnt Use Metric Mask\n"
                                      "eth1\t0000600A\t00000000\t0001\t0\t0\t0\t0000FFFF\n");
    input_.networks = {{"cluster.pod_cidr", "10.244.0.0/16", true},
                       {"cluster.service_cidr", "10.96.0.0/12", false}};
    EXPECT_THAT(names_of_findings(), ElementsAre("Network-cluster.service_cidr"));
}

TEST_F(Preflight, TurnsIgnoredErrorsIntoWarnings) {
    facts_.systemd_booted = false;
    facts_.swap_on = true;
    input_.ignored = {"Swap"};
    for (const auto& finding : run_preflight(input_, facts_, Root(machine_.path()))) {
        const bool ignored = finding.name == "Swap";
        EXPECT_EQ(finding.severity, ignored ? Severity::warning : Severity::error);
    }
    input_.ignored = {"all"};
    EXPECT_NO_THROW(refuse_errors(run_preflight(input_, facts_, Root(machine_.path())),
                                  "this machine cannot be a node as it is"));
}

TEST(RefuseUnsuitable, ListsEachErrorAndNoWarning) {
    const Findings findings{{"A", Severity::error, "a is wrong", "mend a"},
                            {"B", Severity::warning, "b is odd", "look at b"},
                            {"C", Severity::error, "c is wrong", "mend c"}};
    try {
        refuse_errors(findings, "this machine cannot be a node as it is");
        FAIL() << "two errors were let through";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::unsuitable);
        EXPECT_THAT(error.message(), HasSubstr("2 checks failed"));
        EXPECT_THAT(error.details(),
                    ElementsAre("[A] a is wrong; mend a", "[C] c is wrong; mend c"));
    }
    EXPECT_NO_THROW(refuse_errors({findings[1]}, ""));
}

} // namespace
} // namespace k8s_node::host
