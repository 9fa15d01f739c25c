#include <gmock/gmock.h>

#include "config/expand.hpp"
#include "config/json_tree.hpp"
#include "unit/config/configuration.hpp"

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

TEST(Clause, ComparesVersionsByNumber) {
    EXPECT_EQ(evaluate_clause("1.9 < 1.10"), true);
    EXPECT_EQ(evaluate_clause("1.10 <= 1.9"), false);
    EXPECT_EQ(evaluate_clause("1.27.0 >= 1.27"), true);
    EXPECT_EQ(evaluate_clause("v1.28.1 > 1.28"), true);
    EXPECT_EQ(evaluate_clause("not 1.9 > 1.10"), true);
}

TEST(Clause, OrdersNothingButVersions) {
    EXPECT_FALSE(evaluate_clause("new >= 1.27").has_value());
    EXPECT_FALSE(evaluate_clause("1.27 < ").has_value());
}

TEST(Clause, ComparesTextsForEquality) {
    EXPECT_EQ(evaluate_clause("a == a"), true);
    EXPECT_EQ(evaluate_clause("1.0 == 1"), false);
    EXPECT_EQ(evaluate_clause(" a != b "), true);
    EXPECT_EQ(evaluate_clause(" == "), true);
}

TEST(Clause, WhatIsNoClauseIsNotDecided) {
    for (const char* text : {"", "yes", "1.9", "True", "not", "not x", "not not true"}) {
        EXPECT_EQ(evaluate_clause(text), std::nullopt) << text;
    }
    EXPECT_EQ(evaluate_clause("not false"), true);
}

TEST(Expand, KeepsWhatItsConditionsAllow) {
    const std::string flags = "a: {when: '${app.version} >= 1.27', value: new}\n"
                              "b: {when: ['${app.version} < 1.27', true], value: old}\n"
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

TEST(Expand, AConditionThatCannotBeDecidedIsReportedInItsPlace) {
    EXPECT_THAT(test::complaint_of([](Diagnostics&) {
                    static_cast<void>(expanded("a:\n  when: ${app.text}\n  value: 1\n"));
                }),
                testing::AllOf(testing::HasSubstr("t.yaml:2:9"),
                               testing::HasSubstr("cannot decide 'when: ${app.text}'")));
    EXPECT_THROW(static_cast<void>(expanded("a: {when: '${no.where} > 1', value: 1}")),
                 ConfigurationError);
}

} // namespace
} // namespace k8s_node
