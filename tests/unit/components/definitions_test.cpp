#include <gmock/gmock.h>

#include "components/definitions.hpp"
#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

using test::tree_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

template <typename Read>
std::string complaint(Read read, const std::string& text) {
    return test::complaint_of([&](Diagnostics& diagnostics) {
        const auto tree = parse_yaml(test::source_of("t.yaml", text), diagnostics);
        static_cast<void>(read(tree, diagnostics));
    });
}

TEST(Component, AKeyThatWasRenamedIsReportedWithItsNewName) {
    EXPECT_THAT(complaint(read_component, "component: a\nleaves: {paths: [/run/a]}\n"),
                StartsWith("t.yaml:2:1: error: unknown key 'leaves' in component "
                           "(it is called 'cleanup' now)"));
}

TEST(Component, AnUnknownKeyIsReportedWithTheNearestKnownOne) {
    EXPECT_THAT(complaint(read_component, "component: a\nservises: {}\n"),
                StartsWith("t.yaml:2:1: error: unknown key 'servises' in component "
                           "(did you mean 'services'?)"));
    EXPECT_THAT(complaint(read_component, "component: a\nqqqqqqqqqq: {}\n"),
                HasSubstr("known keys: "));
}

TEST(Component, NeedsAName) {
    EXPECT_THAT(complaint(read_component, "description: x\n"),
                HasSubstr("component needs the key 'component'"));
    EXPECT_THAT(complaint(read_component, "component:\n"),
                HasSubstr("component needs the key 'component'"));
}

TEST(Component, AFileThatIsNoMapIsReportedOnce) {
    EXPECT_THAT(complaint(read_component, "- a\n"),
                AllOf(HasSubstr("component must be a map, not a list"), Not(HasSubstr("needs"))));
}

TEST(Component, ASettingDeclaresAKnownType) {
    EXPECT_THAT(complaint(read_component, "component: a\nsettings:\n  p: {type: prot}\n"),
                AllOf(HasSubstr("t.yaml:3:13"), HasSubstr("did you mean 'port'?")));
    EXPECT_THAT(complaint(read_component, "component: a\nsettings:\n  p: {type: choice}\n"),
                HasSubstr("needs 'values'"));
    EXPECT_THAT(complaint(read_component, "component: a\nsettings:\n  p: {min: low}\n"),
                HasSubstr("'min' of setting 'p' must be an integer, not 'low'"));
}

TEST(Component, EveryWrongThingIsReportedAtOnce) {
    const auto text =
        complaint(read_component, "component: [a]\nneeds: {b: c}\nsettings: 5\nfrobnicate: true\n");
    EXPECT_THAT(text, AllOf(HasSubstr("t.yaml:1:12"), HasSubstr("t.yaml:2:8"),
                            HasSubstr("t.yaml:3:11"), HasSubstr("t.yaml:4:1")));
}

TEST(Layer, NamesAreTexts) {
    EXPECT_THAT(complaint(read_profile, "profile: p\ncomponents: [a, [b], {c: d}, ]\n"),
                AllOf(HasSubstr("'components' must contain names, not a list"),
                      HasSubstr("'components' must contain names, not a map")));
    EXPECT_THAT(complaint(read_profile, "profile: p\ncomponents: etcd\n"),
                HasSubstr("'components' of profile must be a list, not 'etcd'"));
    EXPECT_THAT(complaint(read_profile, "profile: p\nartifacts: {kubernetes: }\n"),
                HasSubstr("'artifacts' must contain names, not nothing"));
    EXPECT_THAT(complaint(read_profile, "profile: p\nartifacts: {kubelet: []}\n"),
                HasSubstr("'artifacts' must contain names, not a list"));
}

TEST(Layer, SettingsBelongToComponents) {
    EXPECT_THAT(complaint(read_node_configuration, "settings:\n  max_pods: 5\n"),
                HasSubstr("settings of 'max_pods' must be a map, not '5'"));
}

TEST(ReleaseFile, NothingWithoutADigest) {
    const std::string head = "release: 1.36.5\nartifacts:\n  x:\n    version: '1'\n    url: u\n"
                             "    file: bin/x\n";
    EXPECT_THAT(complaint(read_release, head), HasSubstr("an artifact needs a 'digest'"));
    EXPECT_THAT(complaint(read_release, head + "    digest: {amd64: sha256:ABC}\n"),
                HasSubstr("'sha256:ABC' is not a digest"));
    EXPECT_THAT(complaint(read_release, head + "    digest: {amd64: [1]}\n"),
                HasSubstr("a list is not a digest"));
}

TEST(ReleaseFile, MembersStayInTheirEntry) {
    const std::string head = "release: 1.36.5\nartifacts:\n  x:\n    version: '1'\n    url: u\n"
                             "    digest: {amd64: 'sha256:" +
                             std::string(64, 'a') + "'}\n";
    EXPECT_EQ(complaint(read_release, head + "    members: {a/b: bin/b}\n"), "");
    for (const char* path : {"../b", "/b", "a/../b", "a//b", "./b", "''"}) {
        EXPECT_THAT(complaint(read_release, head + "    members: {b: " + path + "}\n"),
                    HasSubstr("relative paths without '..'"))
            << path;
    }
    EXPECT_THAT(complaint(read_release, head + "    file: ../x\n"), HasSubstr("without '..'"));
    EXPECT_THAT(complaint(read_release, head), HasSubstr("needs either 'members'"));
    EXPECT_THAT(complaint(read_release, head + "    file: x\n    members: {a: b}\n"),
                HasSubstr("needs either 'members'"));
}

TEST(Assignment, SetsOneValueWithItsType) {
    Diagnostics diagnostics;
    const auto node = read_assignment("kubelet.max_pods=50", diagnostics);
    const auto& value = *node.layer.settings.find("kubelet")->find("max_pods");
    EXPECT_EQ(value.as_integer(), 50);
    EXPECT_EQ(value.at().layer(), "command line");
    EXPECT_TRUE(diagnostics.empty());
}

TEST(Assignment, MayHoldEqualsSignsListsAndNothing) {
    Diagnostics diagnostics;
    const auto value = [&](const std::string& assignment) {
        return *read_assignment(assignment, diagnostics).layer.settings.find("a")->find("b");
    };
    EXPECT_EQ(value("a.b=c=d").text(), "c=d");
    EXPECT_EQ(value("a.b=[x, y]").items().size(), 2U);
    EXPECT_TRUE(value("a.b=").is_scalar());
    EXPECT_TRUE(diagnostics.empty());
}

TEST(Assignment, WithoutComponentOrValueIsWrongUsage) {
    for (const char* assignment : {"max_pods=5", "kubelet.max_pods", "=", "", "a=b.c"}) {
        Diagnostics diagnostics;
        try {
            static_cast<void>(read_assignment(assignment, diagnostics));
            ADD_FAILURE() << assignment;
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::usage) << assignment;
        }
    }
}

} // namespace
} // namespace k8s_node
