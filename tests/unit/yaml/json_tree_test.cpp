#include <gtest/gtest.h>

#include "unit/resolve/configuration.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node {
namespace {

using test::tree_of;

TEST(ToJson, TypesScalarsAsYaml12Does) {
    EXPECT_EQ(to_json(tree_of("a: 1\nb: true\nc: no\nd: '1'\ne: 1.5\nf: ~\ng: on\nh: 0x10\n")),
              R"({"a":1,"b":true,"c":"no","d":"1","e":1.5,"f":null,"g":"on","h":16})");
    EXPECT_EQ(to_json(tree_of("[False, TRUE, fALSE, 0o17, +5, -5, 0x, 0x-1, Null, 'True']")),
              R"([false,true,"fALSE",15,5,-5,"0x","0x-1",null,"True"])");
}

TEST(ToJson, KeepsTheOrderOfKeysAndEveryText) {
    EXPECT_EQ(to_json(tree_of("z: \"a\\\"b\\n\"\na: [ä, '']\nm: {}\n")),
              R"({"z":"a\"b\n","a":["ä",""],"m":{}})");
}

TEST(ToYaml, QuotesWhatAnyReaderCouldTakeForSomethingElse) {
    for (const char* text :
         {"true", "no", "NO",         "On",   "y",        "null", "1.20", "1",    "0755", "",
          ": ",   "~",  "- a",        "#x",   "a: b",     "a #b", " a",   "a ",   "*x",   "&x",
          "!x",   "%x", "@x",         "`x",   "12:30:00", "1e3",  ".5",   ".inf", "=",    "<<",
          "a\nb", "\"", "2001-01-01", "0x1f", "{a",       "[a",   "|",    ">"}) {
        Tree tree = Tree::map({});
        tree.entries().push_back({"k", {}, Tree::scalar(text, true, {})});
        const auto yaml = to_yaml(tree);
        EXPECT_TRUE(yaml.starts_with("k: \"")) << yaml;
        EXPECT_EQ(tree_of(yaml).find("k")->text(), text);
    }
    EXPECT_EQ(to_yaml(tree_of("a: '/run/x.sock'\nb: kubelet.config.k8s.io/v1beta1\n")),
              "a: /run/x.sock\nb: kubelet.config.k8s.io/v1beta1\n");
}

TEST(ToYaml, QuotesKeysToo) {
    const auto yaml = to_yaml(tree_of("'on': 1\n'1': 2\nplain: 3\n"));
    EXPECT_EQ(yaml, "\"on\": 1\n\"1\": 2\nplain: 3\n");
}

TEST(ToYaml, IsInBlocksButForWhatIsEmpty) {
    EXPECT_EQ(to_yaml(tree_of("{a: {}, b: [], c: [{}, ~, {d: [1, 2]}], e: {f: g}}")),
              "a: {}\nb: []\nc:\n  - {}\n  - null\n  - d:\n      - 1\n      - 2\ne:\n  f: g\n");
}

TEST(ToYaml, ReadsBackAsTheSame) {
    for (const char* text :
         {"a: {b: [1, {c: d, e: [f, [g, h], []]}, {}], i: ~}\nj: 5m\nk: '5'\nl: false\n",
          "[a, {b: c}, [[d]]]", "just text", "5", "a: |\n  line one\n\n  line three\n"}) {
        const auto tree = tree_of(text);
        EXPECT_EQ(to_json(tree_of(to_yaml(tree))), to_json(tree)) << to_yaml(tree);
    }
}

} // namespace
} // namespace k8s_node
