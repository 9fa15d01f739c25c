// Components that a setting takes out of a node.
#include <gmock/gmock.h>

#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

using test::Machine;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* cluster = R"(component: cluster
settings:
  network: {type: choice, values: [bridge, overlay, none], default: bridge}
  pods: {type: ipv4_cidr, default: 10.0.0.0/16}
)";

constexpr const char* bridge = R"(component: bridge
when: ["${cluster.network} == bridge"]
needs: [cluster]
settings:
  part: {type: ipv4_cidr, inside: [cluster.pods], fixed: true}
files:
  /etc/bridge: {content: "${bridge.part}"}
)";

constexpr const char* overlay = R"(component: overlay
when: ["${cluster.network} != bridge", "${cluster.network} != none"]
files:
  /etc/overlay: {content: "${has.bridge} ${cluster.pods}"}
)";

Machine machine_of(const std::string& node) {
    Machine machine;
    machine.component(cluster, "cluster.yaml")
        .component(bridge, "bridge.yaml")
        .component(overlay, "overlay.yaml")
        .profile("profile: p\ncomponents: [cluster, bridge, overlay]\n")
        .node("profile: p\n")
        .node(node, "50-node.yaml");
    return machine;
}

constexpr const char* with_overlay = "settings: {cluster: {network: overlay}}\n";

TEST(Idle, ASettingChoosesBetweenComponents) {
    const auto of_bridge = machine_of("settings: {bridge: {part: 10.0.1.0/24}}\n").resolve();
    EXPECT_THAT(of_bridge.components, ElementsAre("cluster", "bridge"));
    ASSERT_EQ(of_bridge.files.size(), 1U);
    EXPECT_EQ(of_bridge.files[0].content, "10.0.1.0/24");

    const auto of_overlay = machine_of(with_overlay).resolve();
    EXPECT_THAT(of_overlay.components, ElementsAre("cluster", "overlay"));
    ASSERT_EQ(of_overlay.files.size(), 1U);
    EXPECT_EQ(of_overlay.files[0].content, "false 10.0.0.0/16");

    const auto of_none = machine_of("settings: {cluster: {network: none}}\n").resolve();
    EXPECT_THAT(of_none.components, ElementsAre("cluster"));
}

TEST(Idle, WhatItRequiresMustBeSetOnlyIfItHasAnEffect) {
    EXPECT_THAT(machine_of("").complaint(), HasSubstr("setting 'bridge.part' must be set"));
    EXPECT_EQ(machine_of(with_overlay).complaint(), "");
}

TEST(Idle, ItsSettingsAreNeitherCheckedNorKept) {
    const std::string elsewhere = "settings: {bridge: {part: 192.168.0.0/24}, cluster: {network: ";
    EXPECT_THAT(machine_of(elsewhere + "bridge}}\n").complaint(), HasSubstr("192.168.0.0/24"));
    auto machine = machine_of(elsewhere + "overlay}}\n");
    machine.installed("bridge.part", "10.0.7.0/24");
    EXPECT_FALSE(machine.resolve().settings.contains("bridge.part"));
}

TEST(Idle, AComponentThatNeedsItIsToldWhichSettingTookItAway) {
    auto machine = machine_of(with_overlay);
    machine.component("component: app\nneeds: [bridge]\n", "app.yaml")
        .node("components: [app]\n", "60-app.yaml");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("app.yaml:2:9"), HasSubstr("'app' needs 'bridge'"),
                      HasSubstr("it requires ${cluster.network} == bridge"),
                      HasSubstr("declared in bridge.yaml:2:8")));
}

TEST(Idle, AClauseThatCannotBeDecidedIsReportedWhereItIsWritten) {
    auto machine = machine_of(with_overlay);
    machine.component("component: app\nwhen: ['${cluster.nework} == x']\n", "app.yaml")
        .node("components: [app]\n", "60-app.yaml");
    EXPECT_THAT(machine.complaint(), HasSubstr("app.yaml:2:9"));
}

} // namespace
} // namespace k8s_node
