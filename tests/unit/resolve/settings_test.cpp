// What components declare about settings, and what a node makes of it.
#include <gmock/gmock.h>

#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

using test::Machine;
using test::machine_with;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string networks = R"(component: app
settings:
  pods: {type: ipv4_cidr, default: 10.244.0.0/16, apart_from: [app.services]}
  services: {type: ipv4_cidr, default: 10.96.0.0/16}
  node: {type: ipv4_cidr, default: "${app.pods.host.0}/24", inside: [app.pods, other.net]}
  dns: {type: ipv4, default: "${app.services.host.10}", inside: [app.services]}
)";

std::string with(const std::string& settings) {
    auto machine = machine_with(networks);
    machine.node("settings:\n  app:\n" + settings, "10-a.yaml");
    return machine.complaint();
}

TEST(Networks, LieInsideAndApartAsDeclared) {
    EXPECT_EQ(with("    node: 10.244.7.0/24\n"), "");
    EXPECT_THAT(with("    node: 10.245.1.0/24\n"),
                AllOf(HasSubstr("10-a.yaml:3:11"), HasSubstr("must lie inside 'app.pods'"),
                      HasSubstr("component.yaml:3:")));
    EXPECT_THAT(
        with("    pods: 10.96.0.0/12\n"),
        AllOf(HasSubstr("10-a.yaml:3:11"), HasSubstr("must lie apart from 'app.services'")));
    EXPECT_THAT(with("    dns: 10.97.0.10\n"), HasSubstr("10-a.yaml:3:10"));
}

TEST(Networks, AreReportedWhereTheOperatorChangedOne) {
    // The node's own network comes from a default, the other from the operator.
    EXPECT_THAT(with("    pods: 10.244.0.0/26\n"),
                AllOf(HasSubstr("10-a.yaml:3:11"), HasSubstr("'app.node' (10.244.0.0/24)"),
                      HasSubstr("'app.node' is set in component.yaml:5:")));
}

TEST(Networks, ThatAreTooSmallAreToBlameThemselves) {
    const auto answer = with("    services: 10.96.0.1/32\n");
    EXPECT_THAT(answer, AllOf(HasSubstr("10-a.yaml:3:15"), HasSubstr("too small"),
                              HasSubstr("no address number 10"), Not(HasSubstr("component.yaml"))));
}

TEST(Settings, MayDependOnTheVersion) {
    const std::string component = R"(component: app
settings:
  mode:
    type: choice
    values: [old, {when: "${kubernetes.version} >= 1.36", value: new}]
    default: {when: "${kubernetes.version} >= 1.36", value: new}
  size:
    type: integer
    max: {when: "${kubernetes.version} < 1.36", value: 5}
    default: 3
)";
    const auto on = [&](const std::string& version) {
        auto machine = machine_with(component);
        machine.release("release: " + version + "\n");
        return machine;
    };
    EXPECT_EQ(on("1.36.5").resolve().settings.at("app.mode").value->text(), "new");
    EXPECT_FALSE(on("1.35.9").resolve().settings.at("app.mode").value.has_value());
    EXPECT_THAT(on("1.35.9").node("settings: {app: {mode: new}}").complaint(),
                HasSubstr("must be one of old, not 'new'"));
    EXPECT_EQ(on("1.36.5").node("settings: {app: {size: 9}}").complaint(), "");
    EXPECT_THAT(on("1.35.9").node("settings: {app: {size: 9}}").complaint(),
                HasSubstr("an integer to 5"));
}

TEST(Settings, TakeTheFirstDefaultThatIsLeft) {
    const auto on = [](const std::string& version) {
        auto machine = machine_with(R"(component: app
settings:
  mode:
    type: choice
    values: [new, mid, old]
    default:
      - {when: "${kubernetes.version} >= 1.37", value: new}
      - {when: "${kubernetes.version} >= 1.36", value: mid}
      - old
)");
        return machine.release("release: " + version + "\n").resolve();
    };
    EXPECT_EQ(on("1.37.1").settings.at("app.mode").value->text(), "new");
    EXPECT_EQ(on("1.36.5").settings.at("app.mode").value->text(), "mid");
    EXPECT_EQ(on("1.35.9").settings.at("app.mode").value->text(), "old");
}

TEST(Settings, MayHaveADefaultThatDependsOnAnotherSetting) {
    const auto on = [](const std::string& kind) {
        auto machine = machine_with(R"(component: app
settings:
  kind: {type: choice, values: [near, far], default: near}
  place:
    default:
      - {when: "${app.kind} == far", value: there}
      - here
)");
        return machine.node("settings: {app: {kind: " + kind + "}}\n");
    };
    EXPECT_EQ(on("").resolve().settings.at("app.place").value->text(), "here");
    EXPECT_EQ(on("far").resolve().settings.at("app.place").value->text(), "there");
    EXPECT_THAT(on("fra").complaint(), HasSubstr("must be one of near, far"));
}

TEST(Settings, ADefaultCannotDependOnASettingThatHasConditionsItself) {
    EXPECT_THAT(machine_with(R"(component: app
settings:
  kind: {default: [{when: "${kubernetes.version} >= 1.36", value: a}, b]}
  place: {default: [{when: "${app.kind} == a", value: there}, here]}
)")
                    .complaint(),
                HasSubstr("unknown reference ${app.kind}"));
}

TEST(Settings, SeveralDefaultsWithoutConditionsAreNone) {
    EXPECT_THAT(machine_with("component: app\nsettings: {d: {default: [a, b]}}\n").complaint(),
                HasSubstr("must be a single value"));
    // A list is one value: its items stay together.
    auto machine = machine_with("component: app\nsettings: {d: {type: list, default: [{when: "
                                "'${kubernetes.version} >= 1.36', value: a}, b]}}\n");
    EXPECT_EQ(machine.resolve().settings.at("app.d").value->items().size(), 2U);
}

TEST(Settings, AnEmptyValueOfACommandGoesBackToTheDefault) {
    for (const char* nothing : {"null", "~", "Null", " ", "---"}) {
        auto machine = machine_with("component: app\nsettings: {n: {type: integer, default: 3}}\n");
        machine.node("settings: {app: {n: 5}}").set("app.n=" + std::string(nothing));
        EXPECT_EQ(machine.resolve().settings.at("app.n").value->text(), "3") << nothing;
    }
}

TEST(Settings, AMistakeInADeclarationIsOneMessage) {
    for (const char* wrong : {"5", "{type: choice}", "{type: intger, min: 1}", "[]"}) {
        const auto answer =
            machine_with("component: app\nsettings: {d: " + std::string(wrong) + "}\n").complaint();
        EXPECT_THAT(answer, HasSubstr("component.yaml:2:")) << wrong;
        EXPECT_EQ(answer.find("error: ", answer.find("error: ") + 1), std::string::npos) << answer;
    }
    EXPECT_THAT(
        machine_with("component: app\nsettings: {d: {pattern: '[', default: x}}\n").complaint(),
        HasSubstr("is not a regular expression"));
    EXPECT_THAT(
        machine_with("component: app\nsettings: {d: {inside: [a.b], default: x}}\n").complaint(),
        HasSubstr("is for addresses and networks"));
}

TEST(Settings, AreCheckedWhenNoNodeCanBeComposed) {
    auto machine = machine_with("component: app\nsettings: {n: {type: integer, default: 3}}\n");
    machine.node("profile: nosuch\nsettings: {app: {n: many, m: 1}, ap: {}}\n", "10-a.yaml");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("unknown profile 'nosuch'"), HasSubstr("an integer, not 'many'"),
                      HasSubstr("has no setting 'm'"), HasSubstr("unknown component 'ap'")));
}

TEST(Settings, ThatAreMissingHideNoMistakeInAnOverride) {
    auto machine = machine_with("component: app\nsettings: {n: {type: integer, doc: x}}\n"
                                "services: {app: {description: x, exec: '/x${app.n}', ready: "
                                "{url: '${app.n}'}}}\n");
    machine.node("override: {app: {services: {app: {service: {CPUWieght: 5}}}}}", "10-a.yaml");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("'app.n' must be set"), HasSubstr("did you mean 'CPUWeight'?"),
                      Not(HasSubstr("component.yaml:3"))));
}

TEST(Components, UnknownOnesHideNothing) {
    Machine machine;
    machine.component("component: app\nneeds: [other, kubelett]\n", "app.yaml")
        .component("component: other\n", "other.yaml")
        .component("component: kubelet\n", "kubelet.yaml")
        .profile("profile: p\ncomponents: [app, kubelt]\n")
        .node("profile: p\nwithout: [ap]\n");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("unknown component 'kubelt' (did you mean 'kubelet'?)"),
                      HasSubstr("'app' needs 'other'"), HasSubstr("needs 'kubelett'"),
                      HasSubstr("did you mean 'kubelet'?"),
                      HasSubstr("'without' names 'ap', which is not part of this node "
                                "(did you mean 'app'?)")));
}

TEST(Components, AMisspeltOneIsNotMissedAsWell) {
    Machine machine;
    machine.component("component: app\nneeds: [kubelet]\n", "app.yaml")
        .component("component: kubelet\n", "kubelet.yaml")
        .profile("profile: p\ncomponents: [app, kubelt]\n")
        .node("profile: p\n");
    EXPECT_THAT(machine.complaint(), Not(HasSubstr("needs 'kubelet'")));
}

TEST(Components, OverridesOfAbsentOnesAreChecked) {
    auto machine = machine_with("component: app\n");
    machine
        .component("component: idle\nservices: {idle: {description: x, exec: /x}}\n", "idle.yaml")
        .node("override: {idle: {services: {idel: {flags: {v: 1}}, idle: {flags: {v: 1}}}}}",
              "10-a.yaml");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("10-a.yaml:1:30"), HasSubstr("did you mean 'idle'?")));
}

} // namespace
} // namespace k8s_node
