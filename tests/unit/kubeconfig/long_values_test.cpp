#include <gtest/gtest.h>

#include "kubeconfig/long_values.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {
namespace {

const std::string key = "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0t" + std::string(400, 'A');

/// Returns the tree of a text, read with and without its long values.
std::pair<Tree, Tree> trees_of(const std::string& text) {
    const auto read = [](const std::string& yaml) {
        Diagnostics diagnostics;
        auto tree = parse_yaml(
            std::make_shared<const SourceText>(SourceText{"kubeconfig", "k", yaml}), diagnostics);
        EXPECT_TRUE(diagnostics.empty()) << yaml;
        return tree;
    };
    const LongValues values(text);
    auto tree = read(values.rest());
    values.put_back(tree);
    return {read(text), std::move(tree)};
}

void expect_same(const Tree& one, const Tree& other) {
    ASSERT_EQ(one.kind(), other.kind());
    EXPECT_EQ(one.text(), other.text());
    EXPECT_EQ(one.at().line, other.at().line);
    EXPECT_EQ(one.at().column, other.at().column);
    ASSERT_EQ(one.items().size(), other.items().size());
    for (std::size_t i = 0; i < one.items().size(); ++i) {
        expect_same(one.items()[i], other.items()[i]);
    }
    ASSERT_EQ(one.entries().size(), other.entries().size());
    for (std::size_t i = 0; i < one.entries().size(); ++i) {
        EXPECT_EQ(one.entries()[i].key, other.entries()[i].key);
        expect_same(one.entries()[i].value, other.entries()[i].value);
    }
}

TEST(LongValues, AreKeptAwayFromTheParser) {
    const LongValues values("users:\n- user:\n    client-key-data: " + key + "\n  name: a\n");

    EXPECT_EQ(values.rest(), "users:\n- user:\n    client-key-data: taken-out-0\n  name: a\n");
}

TEST(LongValues, MakeTheTreeOfTheWholeText) {
    const auto data = "client-key-data: " + key;
    for (const auto& text : {
             "users:\n- user:\n    " + data + "\n    token: t\n  name: a\n",
             data + "\nclient-certificate-data: " + key + "==",
             data + "\n\n# a comment\ntoken: t\n",
             data + "\n  BBBB\ntoken: goes on\n",
             data + "\n\n  BBBB\ntoken: goes on after an empty line\n",
             "client-key-data: taken-out-0\n" + data.substr(0, 8) + "certificate-data: " + key +
                 "\n",
             "a: |\n  " + data.substr(0, 30) + "\nb: 'x\n  y'\n",
             "Client-key-data: " + key + "\nclient-key-data: \"" + key + "\"\n",
         }) {
        SCOPED_TRACE(text);
        const auto [whole, put_back] = trees_of(text);
        expect_same(whole, put_back);
    }
}

} // namespace
} // namespace k8s_node
