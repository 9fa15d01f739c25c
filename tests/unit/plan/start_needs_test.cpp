#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/start_needs.hpp"
#include "unit/plan/with_inputs.hpp"

namespace k8s_node {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* etcd = "/opt/k8s-node/store/etcd-3.6.5-0123";
constexpr const char* kubernetes = "/opt/k8s-node/store/kubernetes-1.36.5-4567";
constexpr const char* containerd = "/opt/k8s-node/store/containerd-2.3.4-89ab";
constexpr const char* runc = "/opt/k8s-node/store/runc-1.4.3-cdef";

class StartNeedsOf : public testing::Test {
protected:
    void add(const std::string& unit, const std::string& body,
             std::vector<std::string> after = {}) {
        UnitEntry entry;
        entry.name = unit;
        entry.after = std::move(after);
        generation_.manifest.units.push_back(entry);
        generation_.files["units/" + unit] = body;
    }
    std::set<std::string> of(const std::string& unit) {
        return start_needs(test::with_inputs(generation_).manifest).at(unit);
    }

    Generation generation_ = [] {
        Generation generation;
        generation.manifest.store_entries = {etcd, kubernetes, containerd, runc};
        return generation;
    }();
};

TEST_F(StartNeedsOf, AUnitIsWhatItsTextNames) {
    add("etcd.service", std::string("ExecStart=") + etcd + "/bin/etcd\n");
    add("other.service", "ExecStart=/bin/true\n");
    EXPECT_THAT(of("etcd.service"), UnorderedElementsAre(etcd));
    EXPECT_THAT(of("other.service"), IsEmpty());
}

/// containerd's own text says nothing of runc.
TEST_F(StartNeedsOf, AUnitIncludesWhatItsConfigurationNames) {
    add("containerd.service", std::string("ExecStart=") + containerd +
                                  "/bin/containerd --config /etc/k8s-node/current/config/c.toml\n");
    generation_.files["config/c.toml"] = std::string("BinaryName = \"") + runc + "/bin/runc\"\n";
    EXPECT_THAT(of("containerd.service"), UnorderedElementsAre(containerd, runc));
}

TEST_F(StartNeedsOf, AUnitIncludesWhatComesBeforeItAndWhatThatComesAfter) {
    add("etcd.service", std::string("ExecStart=") + etcd + "/bin/etcd\n");
    add("kube-apiserver.service", std::string("ExecStart=") + kubernetes + "/bin/kube-apiserver\n",
        {"etcd.service", "network-online.target"});
    add("waits.service", "ExecStart=/bin/true\n", {"kube-apiserver.service"});
    EXPECT_THAT(of("etcd.service"), UnorderedElementsAre(etcd));
    EXPECT_THAT(of("waits.service"), UnorderedElementsAre(etcd, kubernetes));
}

TEST_F(StartNeedsOf, AUnitIncludesWhatItsStartBringsAlongAndWhatSaysThatItIsEarlier) {
    add("etcd.service", std::string("ExecStart=") + etcd + "/bin/etcd\n");
    add("first.service", std::string("ExecStart=") + runc + "/bin/runc\n");
    add("last.service", "ExecStart=/bin/true\n");
    generation_.manifest.units[1].before = {"last.service"};
    generation_.manifest.units[2].wants = {"etcd.service"};
    EXPECT_THAT(of("last.service"), UnorderedElementsAre(etcd, runc));
}

/// An entry whose name another one begins with is another entry.
TEST_F(StartNeedsOf, AnEntryIsNamedAsAWhole) {
    add("x.service", std::string("ExecStart=") + etcd + "4/bin/etcd\n");
    EXPECT_THAT(of("x.service"), IsEmpty());
}

TEST(StartNeeds, WhatHalfOfTheUnitsWaitForIsNeededMost) {
    const StartNeeds needs = {{"etcd.service", {"/store/etcd"}},
                              {"kube-apiserver.service", {"/store/etcd", "/store/kubernetes"}},
                              {"kube-scheduler.service", {"/store/etcd", "/store/kubernetes"}},
                              {"kubelet.service", {"/store/containerd"}}};
    EXPECT_THAT(most_needed(needs), testing::ElementsAre("/store/etcd", "/store/kubernetes"));
    EXPECT_THAT(most_needed({}), testing::IsEmpty());
}

} // namespace
} // namespace k8s_node
