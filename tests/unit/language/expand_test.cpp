#include <gmock/gmock.h>

#include "language/expand.hpp"
#include "unit/resolve/configuration.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node {
namespace {

using test::tree_of;

Settings settings_of(const std::string& kubernetes_version) {
    Settings settings;
    SettingSpec spec;
    spec.type = SettingType::integer;
    settings["app.number"] = {spec, Tree::scalar("5", false, {})};
    spec.type = SettingType::text;
    settings["app.text"] = {spec, Tree::scalar("5", false, {})};
    settings["app.version"] = {spec, Tree::scalar(kubernetes_version, false, {})};
    spec.type = SettingType::list;
    settings["app.list"] = {spec, tree_of("[a, b]")};
    return settings;
}

std::string expanded(const std::string& yaml, const std::string& version = "1.36.5") {
    Diagnostics diagnostics;
    Scope scope(settings_of(version), {}, diagnostics);
    scope.names().set_components({{"app", true}, {"other", false}, {"kubelet", false}});
    auto json = to_json(expand(tree_of(yaml), scope, diagnostics));
    diagnostics.throw_if_any();
    return json;
}

TEST(Expand, KeepsWhatItsConditionsAllow) {
    const std::string flags = "a: {when: '${app.version} >= 1.36', value: new}\n"
                              "b: {when: ['${app.version} < 1.36', true], value: old}\n"
                              "c: always\n";
    EXPECT_EQ(expanded(flags, "1.36.5"), R"({"a":"new","c":"always"})");
    EXPECT_EQ(expanded(flags, "1.9"), R"({"b":"old","c":"always"})");
}

TEST(Expand, AConditionOnAMapGoesAndTheRestStays) {
    EXPECT_EQ(expanded("a: {when: '${has.app}', b: 1, c: 2}\nd: {when: '${has.other}', b: 1}\n"),
              R"({"a":{"b":1,"c":2}})");
    EXPECT_EQ(expanded("l: [{when: 'false', value: x}, {when: 'true', value: [y]}, z]\n"),
              R"({"l":[["y"],"z"]})");
}

TEST(Expand, AReferenceAloneKeepsItsType) {
    EXPECT_EQ(expanded("a: ${app.number}\nb: ${app.text}\nc: ${app.list}\nd: x${app.number}\n"),
              R"({"a":5,"b":"5","c":["a","b"],"d":"x5"})");
    EXPECT_EQ(expanded("a: [x, '${app.list}', y]\n"), R"({"a":["x","a","b","y"]})");
    EXPECT_EQ(expanded("a: ${app.list}!\nk${app.number}: 1\n"), R"({"a":"a,b!","k5":1})");
}

TEST(Expand, AConditionOnOneEntryHasNothingBesideItsValue) {
    EXPECT_THAT(test::complaint_of([](Diagnostics&) {
                    static_cast<void>(expanded("a:\n  when: 'true'\n  value: 1\n  b: 2\n"));
                }),
                testing::AllOf(testing::HasSubstr("t.yaml:4:3"),
                               testing::HasSubstr("'b' is next to 'when' and 'value' of 'a'")));
    // An item of a list may be an object that has such a key.
    EXPECT_EQ(expanded("[{when: 'true', key: k, value: v}]"), R"([{"key":"k","value":"v"}])");
}

TEST(Expand, KeysThatComeToTheSameAreReported) {
    EXPECT_THAT(
        test::complaint_of(
            [](Diagnostics&) { static_cast<void>(expanded("k5: 1\nk${app.number}: 2\n")); }),
        testing::AllOf(testing::HasSubstr("t.yaml:2:1"), testing::HasSubstr("'k5' occurs twice")));
}

TEST(Expand, EveryClauseMustHaveTheFormOfOne) {
    EXPECT_THAT(
        test::complaint_of([](Diagnostics&) {
            static_cast<void>(expanded("a:\n  when:\n    - 'false'\n    - 1 => 2\n  value: 1\n"));
        }),
        testing::AllOf(testing::HasSubstr("t.yaml:4:7"), testing::HasSubstr("did you mean '>='?")));
    // A false clause guards what a later one refers to.
    EXPECT_EQ(expanded("a: {when: ['${has.other}', '${other.x} == 1'], value: 1}\n"), "{}");
}

TEST(Expand, AConditionThatCannotBeDecidedIsReportedInItsPlace) {
    EXPECT_THAT(test::complaint_of([](Diagnostics&) {
                    static_cast<void>(expanded("a:\n  when: ${app.text}\n  value: 1\n"));
                }),
                testing::AllOf(testing::HasSubstr("t.yaml:2:9"),
                               testing::HasSubstr("cannot evaluate 'when: ${app.text}'")));
    EXPECT_THROW(static_cast<void>(expanded("a: {when: '${no.where} > 1', value: 1}")),
                 ConfigurationError);
}

} // namespace
} // namespace k8s_node
