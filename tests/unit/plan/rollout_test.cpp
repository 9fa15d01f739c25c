#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/rollout.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

UnitEntry unit(const char* name, std::vector<std::string> after = {}) {
    UnitEntry entry;
    entry.name = name;
    entry.after = std::move(after);
    return entry;
}

Manifest single() {
    Manifest manifest;
    manifest.units = {unit("etcd.service", {"network-online.target"}),
                      unit("kube-apiserver.service", {"etcd.service"}),
                      unit("kube-controller-manager.service", {"kube-apiserver.service"}),
                      unit("kube-scheduler.service", {"kube-apiserver.service"}),
                      unit("containerd.service", {"network-online.target"}),
                      unit("kubelet.service", {"containerd.service"}),
                      unit("kube-proxy.service", {"network-online.target"})};
    return manifest;
}

TEST(Rollout, DatabaseThenApiServerThenWhatIsIndependentTogether) {
    EXPECT_THAT(rollout_steps({"kubelet.service", "containerd.service", "kube-scheduler.service",
                               "kube-controller-manager.service", "kube-proxy.service",
                               "kube-apiserver.service", "etcd.service"},
                              single()),
                ElementsAre(ElementsAre("etcd.service"), ElementsAre("kube-apiserver.service"),
                            ElementsAre("kube-controller-manager.service", "kube-scheduler.service",
                                        "containerd.service"),
                            ElementsAre("kubelet.service", "kube-proxy.service")));
}

TEST(Rollout, WhatAUnitComesAfterIsFoundByWayOfOthers) {
    EXPECT_THAT(units_before("kube-scheduler.service", single()),
                ElementsAre("etcd.service", "kube-apiserver.service"));
    EXPECT_THAT(units_before("etcd.service", single()), IsEmpty());
    EXPECT_THAT(units_before("k8s-node.target", single()), IsEmpty());
}

TEST(Rollout, WhatCannotBeGoneBackFromComesAfterAllThatCan) {
    EXPECT_THAT(rollout_steps({"kubelet.service", "kube-apiserver.service", "etcd.service",
                               "k8s-node.target"},
                              single(), {.last = {"etcd.service"}}),
                ElementsAre(ElementsAre("kube-apiserver.service", "kubelet.service"),
                            ElementsAre("etcd.service"), ElementsAre("k8s-node.target")));
}

TEST(Rollout, AProgramThatMustNotBeNewerComesInALaterStepThanAtBoot) {
    auto manifest = single();
    std::ranges::find(manifest.units, "kubelet.service", &UnitEntry::name)->rollout.after = {
        "kube-apiserver.service", "of-no-profile.service"};
    EXPECT_THAT(rollout_steps({"kubelet.service", "containerd.service", "kube-apiserver.service"},
                              manifest, rollout_order(manifest)),
                ElementsAre(ElementsAre("kube-apiserver.service", "containerd.service"),
                            ElementsAre("kubelet.service")));
}

TEST(Rollout, TheGraphWinsOverTheOrderOfTheManifest) {
    Manifest manifest;
    manifest.units = {unit("a.service", {"b.service"}), unit("b.service", {"c.service"}),
                      unit("c.service")};
    EXPECT_THAT(rollout_steps({"a.service", "c.service"}, manifest),
                ElementsAre(ElementsAre("c.service"), ElementsAre("a.service")));
}

TEST(Rollout, BeforeIsAfterFromTheOtherSide) {
    Manifest manifest;
    manifest.units = {unit("a.service"), unit("b.service")};
    manifest.units[1].before = {"a.service"};
    EXPECT_THAT(rollout_steps({"a.service", "b.service"}, manifest),
                ElementsAre(ElementsAre("b.service"), ElementsAre("a.service")));
}

TEST(Rollout, ACycleIsNoEndlessLoop) {
    Manifest manifest;
    manifest.units = {unit("a.service", {"b.service"}), unit("b.service", {"a.service"})};
    EXPECT_THAT(rollout_steps({"a.service", "b.service"}, manifest),
                ElementsAre(ElementsAre("b.service"), ElementsAre("a.service")));
}

TEST(Rollout, WhatAUnitWaitsForComesForwardAndNothingElseDoes) {
    auto manifest = single();
    manifest.units.push_back(unit("image-archives.service", {"containerd.service"}));
    manifest.units.back().before = {"kubelet.service"};
    EXPECT_THAT(rollout_steps({"kube-proxy.service", "kubelet.service", "image-archives.service"},
                              manifest),
                ElementsAre(ElementsAre("image-archives.service"),
                            ElementsAre("kubelet.service", "kube-proxy.service")));
}

TEST(Rollout, WhatComesAfterAnotherByWayOfAThirdIsALaterStep) {
    Manifest manifest;
    manifest.units = {unit("a.service"), unit("b.service", {"a.service"}),
                      unit("c.service", {"b.service"})};
    EXPECT_THAT(rollout_steps({"a.service", "c.service"}, manifest),
                ElementsAre(ElementsAre("a.service"), ElementsAre("c.service")));
}

TEST(Rollout, UnitsThatTheManifestDoesNotKnowComeLast) {
    EXPECT_THAT(rollout_steps({"k8s-node.target", "etcd.service"}, single()),
                ElementsAre(ElementsAre("etcd.service"), ElementsAre("k8s-node.target")));
    EXPECT_THAT(rollout_steps({}, single()), IsEmpty());
}

} // namespace
} // namespace k8s_node
