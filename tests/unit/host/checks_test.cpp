#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/checks.hpp"

namespace k8s_node::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

auto error(const std::string& name, const std::string& part) {
    return AllOf(Field(&Finding::name, name), Field(&Finding::severity, Severity::error),
                 Field(&Finding::message, HasSubstr(part)), Field(&Finding::hint, Not(IsEmpty())));
}

auto warning(const std::string& name, const std::string& part) {
    return AllOf(Field(&Finding::name, name), Field(&Finding::severity, Severity::warning),
                 Field(&Finding::message, HasSubstr(part)), Field(&Finding::hint, Not(IsEmpty())));
}

TEST(CheckRoot, WantsUserZero) {
    EXPECT_THAT(check_root(0), IsEmpty());
    EXPECT_THAT(check_root(1000), ElementsAre(error("IsPrivilegedUser", "1000")));
}

TEST(CheckSystemd, WantsItAsFirstProcess) {
    EXPECT_THAT(check_systemd(true), IsEmpty());
    EXPECT_THAT(check_systemd(false), ElementsAre(error("Systemd", "/run/systemd/system")));
}

TEST(CheckNodeName, IsADnsSubdomain) {
    EXPECT_THAT(check_node_name("node-1.example.org"), IsEmpty());
    for (const auto* bad : {"", "Node", "a_b", "-a", "a-", "a..b", ".a", "a.", "\xc5\xbc"}) {
        EXPECT_THAT(check_node_name(bad), ElementsAre(error("Hostname", bad))) << bad;
    }
    EXPECT_THAT(check_node_name(std::string(254, 'a')),
                ElementsAre(error("Hostname", "at most 63")));
}

TEST(CheckNodeName, IsNotTooLongForALabel) {
    EXPECT_THAT(check_node_name(std::string(63, 'a')), IsEmpty());
    EXPECT_THAT(check_node_name(std::string(60, 'a') + ".bcd"),
                ElementsAre(error("Hostname", "64")));
}

TEST(CheckNodeName, IsOfOneMachine) {
    for (const auto* every : {"localhost", "localhost.localdomain"}) {
        EXPECT_THAT(check_node_name(every), ElementsAre(error("Hostname", every)));
    }
    EXPECT_THAT(check_node_name("localhost-1"), IsEmpty());
}

TEST(CheckAddress, MustBeOnThisMachine) {
    Facts facts;
    facts.addresses = {{"lo", "127.0.0.1"}, {"eth0", "192.0.2.2"}};
    EXPECT_THAT(check_address("192.0.2.2", facts), IsEmpty());
    EXPECT_THAT(check_address("192.0.2.3", facts),
                ElementsAre(error("NodeAddress", "192.0.2.2 (eth0)")));
}

TEST(CheckAddress, MustBeOneThatOthersCanUse) {
    Facts facts;
    for (const auto& [address, kind] :
         {std::pair{"127.0.0.1", "loopback"}, std::pair{"::1", "loopback"},
          std::pair{"169.254.1.1", "link-local"}, std::pair{"fe80::1", "link-local"},
          std::pair{"224.0.0.5", "multicast"}, std::pair{"ff02::1", "multicast"},
          std::pair{"0.0.0.0", "not the address of a single machine"},
          std::pair{"::", "not the address of a single machine"},
          std::pair{"255.255.255.255", "broadcast"}}) {
        facts.addresses = {{"eth0", address}};
        EXPECT_THAT(check_address(address, facts), ElementsAre(error("NodeAddress", kind)));
    }
    facts.addresses = {{"eth0", "fd00::1"}};
    EXPECT_THAT(check_address("fd00::1", facts), IsEmpty());
}

TEST(CheckAddress, NeedsADefaultRouteWhenNoneIsGiven) {
    Facts facts;
    EXPECT_THAT(check_address("", facts), ElementsAre(error("NodeAddress", "default route")));
    facts.default_address = "192.0.2.2";
    EXPECT_THAT(check_address("", facts), IsEmpty());
}

TEST(CheckNetwork, NamesTheInterfaceOrTheRoute) {
    const std::vector<InterfaceAddress> addresses{{"eth0", "192.0.2.2"}, {"eth1", "10.244.7.1"}};
    const std::vector<Route> routes{{"192.0.2.0/24", "eth0"}, {"10.0.0.0/8", "tun0", true}};
    const auto found =
        check_network({"cluster.pod_cidr", "10.244.0.0/16", true}, addresses, routes, {});
    EXPECT_THAT(found, ElementsAre(error("Network-cluster.pod_cidr", "10.244.7.1 of eth1")));
    EXPECT_THAT(found.at(0).message, HasSubstr("the route to 10.0.0.0/8 through tun0"));
    EXPECT_THAT(check_network({"cluster.pod_cidr", "172.20.0.0/16", true}, addresses, routes, {}),
                IsEmpty());
}

TEST(CheckNetwork, LeavesInterfacesOfTheNodeAlone) {
    EXPECT_THAT(check_network({"a.b", "10.244.0.0/24"}, {{"cni0", "10.244.0.1"}},
                              {{"10.244.0.0/24", "cni0"}}, {"cni*"}),
                IsEmpty());
}

TEST(CheckNetwork, LetsOtherNodesHaveTheirPartsOfANetworkThatHasParts) {
    const std::vector<Route> routes{{"10.244.1.0/24", "eth0", true}};
    EXPECT_THAT(check_network({"cluster.pod_cidr", "10.244.0.0/16", true}, {}, routes, {}),
                IsEmpty());
    EXPECT_THAT(check_network({"cluster.service_cidr", "10.244.0.0/16", false}, {}, routes, {}),
                ElementsAre(error("Network-cluster.service_cidr", "10.244.1.0/24")));
    EXPECT_THAT(check_network({"bridge-network.node_cidr", "10.244.1.0/24", false}, {}, routes, {}),
                ElementsAre(error("Network-bridge-network.node_cidr", "10.244.1.0/24")));
}

TEST(CheckClock, RefusesTheTimeOfAnUnsetClock) {
    EXPECT_THAT(check_clock(0, {}), ElementsAre(error("Clock", "1970-01-01T00:00:00Z")));
    EXPECT_THAT(check_clock(1704067199, {}), ElementsAre(error("Clock", "built after 2023")));
    EXPECT_THAT(check_clock(1704067200, {}), IsEmpty());
    const DatedFile program{"/usr/bin/x", 1795000000};
    EXPECT_THAT(check_clock(1794999999, program),
                ElementsAre(error("Clock", "/usr/bin/x was written at")));
    EXPECT_THAT(check_clock(1795000000, program), IsEmpty());
    EXPECT_EQ(check_clock(0, program).front().cure, Cure::time);
}

TEST(CheckSize, WarnsOnlyWhereAControlPlaneWillRun) {
    Facts small;
    small.cpus = 1;
    small.memory_bytes = 1'024'000'000;
    EXPECT_THAT(check_size(false, small), IsEmpty());
    EXPECT_THAT(check_size(true, small),
                ElementsAre(warning("NumCPU", "1 processor"), warning("Mem", "1024 MB")));
    small.cpus = 2;
    small.memory_bytes = 1'700'000'000;
    EXPECT_THAT(check_size(true, small), IsEmpty());
}

TEST(CheckSwap, FollowsThePolicy) {
    EXPECT_THAT(check_swap(false, SwapPolicy::refuse), IsEmpty());
    EXPECT_THAT(check_swap(true, SwapPolicy::allow), IsEmpty());
    EXPECT_THAT(check_swap(true, SwapPolicy::warn), ElementsAre(warning("Swap", "swap is on")));
    EXPECT_THAT(check_swap(true, SwapPolicy::refuse), ElementsAre(error("Swap", "swap is on")));
}

TEST(CheckCgroups, WarnsOfVersionOneUnderAKubelet) {
    EXPECT_THAT(check_cgroups(CgroupLayout::v2, true), IsEmpty());
    EXPECT_THAT(check_cgroups(CgroupLayout::v1, false), IsEmpty());
    EXPECT_THAT(check_cgroups(CgroupLayout::hybrid, true),
                ElementsAre(warning("SystemVerification", "failCgroupV1")));
}

TEST(CheckPort, AcceptsOurOwnService) {
    const PortObservation seen{
        {6443, "kube-apiserver"}, false, {{7, "kube-apiserver", {"kube-apiserver.service"}}}};
    EXPECT_THAT(check_port(seen, {"kube-apiserver.service"}), IsEmpty());
    EXPECT_THAT(check_port({{6443, "kube-apiserver"}, true, {}}, {}), IsEmpty());
}

TEST(CheckPort, NamesAStranger) {
    const PortObservation seen{{6443, "kube-apiserver"},
                               false,
                               {{1, "systemd", {"init.scope"}}, {9, "nginx", {"nginx.service"}}}};
    const auto findings = check_port(seen, {"kube-apiserver.service"});
    EXPECT_THAT(findings,
                ElementsAre(error("Port-6443", "held by nginx (process 9, nginx.service)")));
    EXPECT_THAT(findings.at(0).hint, HasSubstr("systemctl disable --now nginx.service"));
}

TEST(CheckPort, SaysSoWhenNobodyIsToBeSeen) {
    EXPECT_THAT(check_port({{53, "coredns", "", Transport::udp}, false, {}}, {}),
                ElementsAre(error("Port-53", "port 53/udp")));
}

TEST(CheckUnitFiles, TellsForeignFromMasked) {
    EXPECT_THAT(
        check_unit_files({{"etcd.service", "/lib/systemd/system/etcd.service"},
                          {"kubelet.service", "/etc/systemd/system/kubelet.service", true}}),
        ElementsAre(error("ForeignUnit-etcd.service", "/lib/systemd/system/etcd.service"),
                    error("ForeignUnit-kubelet.service", "masked")));
}

TEST(CheckKubeadmFiles, LeavesOursAlone) {
    const std::vector<std::string> ours{"/etc/kubernetes/kubelet.conf",
                                        "/var/lib/kubelet/config.yaml"};
    const std::vector<FileSeen> there{{ours[0], {}}, {ours[1], {}}};
    EXPECT_THAT(check_kubeadm_files(there, ours), IsEmpty());
    EXPECT_THAT(check_kubeadm_files(there, {ours[1]}),
                ElementsAre(error("FileAvailable--etc-kubernetes-kubelet.conf", ours[0])));
}

TEST(CheckKubeadmFiles, NamesWhatCannotBeLookedAt) {
    EXPECT_THAT(check_kubeadm_files({{"/a", "list /a: Input/output error"}}, {}),
                ElementsAre(error("FileAvailable--a", "list /a: Input/output error")));
}

TEST(CheckExecutable, NamesTheMissingProgram) {
    EXPECT_THAT(check_executable("mount", true), IsEmpty());
    EXPECT_THAT(check_executable("mount", false), ElementsAre(error("FileExisting-mount", "PATH")));
}

TEST(CheckKernelModule, FailsOnlyWhenItIsKnownToBeMissing) {
    EXPECT_THAT(check_kernel_module("overlay", ModuleState::present), IsEmpty());
    EXPECT_THAT(check_kernel_module("overlay", ModuleState::loadable), IsEmpty());
    EXPECT_THAT(check_kernel_module("overlay", ModuleState::unknown),
                ElementsAre(warning("KernelModule-overlay", "cannot tell")));
    EXPECT_THAT(check_kernel_module("overlay", ModuleState::missing),
                ElementsAre(error("KernelModule-overlay", "no module 'overlay'")));
}

TEST(CheckDisks, AddsUpWhatSharesAFileSystem) {
    constexpr std::uint64_t gib = 1ULL << 30;
    const DiskSeen store{{"/opt/k8s-node", 2 * gib}, 1, 3 * gib};
    const DiskSeen images{{"/var/lib/containerd", 2 * gib}, 1, 3 * gib};
    EXPECT_THAT(check_disks({store}), IsEmpty());
    EXPECT_THAT(check_disks({store, images}),
                ElementsAre(error("DiskSpace--opt-k8s-node",
                                  "/opt/k8s-node and /var/lib/containerd need together 4")));
    auto elsewhere = images;
    elsewhere.device = 2;
    EXPECT_THAT(check_disks({store, elsewhere}), IsEmpty());
}

TEST(CheckGenerator, MustBeInstalled) {
    EXPECT_THAT(check_generator("/usr/lib/x", true), IsEmpty());
    EXPECT_THAT(check_generator("/usr/lib/x", false),
                ElementsAre(error("Generator", "/usr/lib/x")));
}

} // namespace
} // namespace k8s_node::host
