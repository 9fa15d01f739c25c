// What cannot change once a node is installed.
#include <gmock/gmock.h>

#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

using test::machine_with;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* app = R"(component: app
settings:
  name: {fixed: true, default: "${host.name}"}
  network: {type: ipv4_cidr, fixed: true, default: 10.244.0.0/16}
  part: {type: ipv4_cidr, fixed: true, default: "${app.network.host.0}/24"}
  port: {type: port, fixed: true, default: 80}
  free: {default: a}
)";

std::string value_of(const NodeSpec& spec, const std::string& name) {
    return spec.settings.at(name).value->text();
}

TEST(FixedSettings, ChangeFreelyBeforeTheFirstInstall) {
    auto machine = machine_with(app);
    machine.node("settings: {app: {name: other, network: 10.0.0.0/16}}\n");
    EXPECT_EQ(value_of(machine.resolve(), "app.part"), "10.0.0.0/24");
}

TEST(FixedSettings, AreRefusedAtTheNewValue) {
    auto machine = machine_with(app);
    machine.installed("app.network", "10.244.0.0/16").installed("app.free", "a");
    machine.node("settings:\n  app:\n    free: b\n    network: 10.0.0.0/16\n");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("node.yaml:4:14: error: setting 'app.network' cannot change"),
                      HasSubstr("installed with 10.244.0.0/16, not 10.0.0.0/16"),
                      HasSubstr("k8s-node-install redeploy"), Not(HasSubstr("app.free"))));
}

TEST(FixedSettings, AreToldOnceForTheValueThatTheyFollowFrom) {
    auto machine = machine_with(app);
    machine.installed("app.network", "10.244.0.0/16");
    machine.profile("profile: q\nextends: p\n"
                    "settings: {app: {part: '${app.network.host.0}/24'}}\n");
    machine.installed("app.part", "10.244.0.0/24").node("profile: q\n");
    machine.node("settings: {app: {network: 10.0.0.0/16}}\n");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("'app.network'"), Not(HasSubstr("'app.part'"))));
}

TEST(FixedSettings, StayAsInstalledWhereNobodySetsThem) {
    auto machine = machine_with(app);
    machine.installed("app.name", "installed-$name").installed("app.port", "81");
    const auto spec = machine.resolve();
    EXPECT_EQ(value_of(spec, "app.name"), "installed-$name");
    EXPECT_EQ(spec.settings.at("app.name").value->at().layer(), "installed node");
    EXPECT_EQ(value_of(spec, "app.port"), "81");
}

TEST(FixedSettings, AreSingleValues) {
    EXPECT_THAT(
        machine_with("component: app\nsettings:\n  a: {type: list, fixed: true}\n").complaint(),
        HasSubstr("'fixed' is for single values"));
    EXPECT_THAT(
        machine_with("component: app\nsettings:\n  a: {fixed: maybe, default: x}\n").complaint(),
        HasSubstr("component.yaml:3:14: error: 'fixed' must be true or false"));
}

} // namespace
} // namespace k8s_node
