#include <random>

#include <gmock/gmock.h>

#include "unit/resolve/configuration.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {
namespace {

using test::tree_of;
using testing::HasSubstr;
using testing::StartsWith;

std::string complaint(const std::string& text) {
    return test::complaint_of([&](Diagnostics& diagnostics) {
        static_cast<void>(parse_yaml(test::source_of("t.yaml", text), diagnostics));
    });
}

TEST(Yaml, ValuesKnowWhereTheyAreWritten) {
    const auto tree = tree_of("a: 1\nb:\n  c: [x, yy]\n");
    EXPECT_EQ(tree.find("a")->at().text(), "t.yaml:1:4");
    const auto& list = *tree.find("b")->find("c");
    EXPECT_EQ(list.items().at(1).at().text(), "t.yaml:3:10");
    EXPECT_EQ(tree.entries().at(1).key_at.text(), "t.yaml:2:1");
}

TEST(Yaml, AnEmptyValueIsWhereItsKeyIs) {
    const auto tree = tree_of("a: 1\nempty:\n\n\nb: 2\n");
    EXPECT_TRUE(tree.find("empty")->is_null());
    EXPECT_EQ(tree.find("empty")->at().text(), "t.yaml:2:1");
}

TEST(Yaml, EveryWordForNothingIsNothing) {
    for (const char* word : {"~", "null", "Null", "NULL", ""}) {
        EXPECT_TRUE(tree_of(std::string("a: ") + word + "\n").find("a")->is_null()) << word;
    }
    EXPECT_EQ(tree_of("a: 'null'\n").find("a")->text(), "null");
}

TEST(Yaml, AnEmptyFileIsAnEmptyMap) {
    for (const char* text : {"", "\n", "# only a comment\n", "---\n", "\xef\xbb\xbf"}) {
        EXPECT_TRUE(tree_of(text).is_map()) << text;
    }
}

TEST(Yaml, LineEndsOfWindowsAreLineEnds) {
    const auto tree = tree_of("a: 1\r\nb: two\r\n");
    EXPECT_EQ(tree.find("a")->text(), "1");
    EXPECT_EQ(tree.find("b")->text(), "two");
}

TEST(Yaml, ADuplicateKeyIsReportedAtItsSecondPlace) {
    EXPECT_THAT(complaint("a: 1\nb: 2\na: 3\n"),
                StartsWith("t.yaml:3:1: error: duplicate key 'a'"));
}

TEST(Yaml, AnchorsAliasesAndTagsAreRefused) {
    EXPECT_THAT(complaint("a: &x 1\nb: *x\n"), HasSubstr("t.yaml:1:4: error: anchors"));
    EXPECT_THAT(complaint("a: &x 1\nb: *x\n"), HasSubstr("t.yaml:2:4: error: aliases"));
    EXPECT_THAT(complaint("a: !!binary aGk=\n"), HasSubstr("t.yaml:1:4: error: tags"));
    EXPECT_THAT(complaint("a: !mine {b: 1}\n"), HasSubstr("error: tags"));
    EXPECT_THAT(complaint("a: !mine [1]\n"), HasSubstr("error: tags"));
}

TEST(Yaml, ASecondDocumentIsReportedWhereItStarts) {
    const auto text = complaint("a: 1\n---\nb: 2\n");
    EXPECT_THAT(text, HasSubstr("more than one YAML document"));
    EXPECT_THAT(text, StartsWith("t.yaml:2:"));
}

TEST(Yaml, ATabCannotIndent) {
    EXPECT_THAT(complaint("a:\n\tb: 1\n"), StartsWith("t.yaml:2:"));
}

TEST(Yaml, AMapKeyIsAPlainWord) {
    EXPECT_THAT(complaint("? [a, b]\n: 1\n"), HasSubstr("a map key must be a scalar"));
    EXPECT_THAT(complaint("{a: 1}: 1\n"), HasSubstr("a map key must be a scalar"));
}

TEST(Yaml, BytesThatAreNoTextAreRefused) {
    EXPECT_THAT(complaint(std::string("a: \0b\n", 6)), HasSubstr("NUL"));
    EXPECT_THAT(complaint("a: \xff\n"), HasSubstr("not UTF-8"));
    EXPECT_THAT(complaint("a: \xed\xa0\x80\n"), HasSubstr("not UTF-8"));
}

TEST(Yaml, ControlCharactersAreRefusedHoweverTheyAreWritten) {
    EXPECT_THAT(complaint(R"(a: "\x01/key")"), HasSubstr("control character"));
    EXPECT_THAT(complaint(R"(a: "\e[2J")"), HasSubstr("control character"));
    EXPECT_THAT(complaint(R"("\0": 1)"), HasSubstr("control character"));
    EXPECT_THAT(complaint(R"(a: "\u009b2J")"), HasSubstr("control character"));
    EXPECT_THAT(complaint(R"(a: "one\Ltwo")"), HasSubstr("control character"));
    EXPECT_THAT(complaint("a: one\xc2\x85two\n"), HasSubstr("control character"));
    EXPECT_EQ(complaint("a: |\n  one\n  two\tthree\xc2\xa0\xe2\x82\xac\n"), "");
}

TEST(Yaml, EscapesMakeOnlyCharacters) {
    EXPECT_THAT(complaint(R"(a: "\uffff")"),
                HasSubstr("t.yaml:1:4: error: the text contains an invalid"));
    EXPECT_THAT(complaint(R"("\ufdd0": 1)"), HasSubstr("invalid Unicode character"));
}

TEST(Yaml, DeepNestingIsADiagnosticAndNoCrash) {
    for (const std::string open : {"[", "{a: ", "- ", "? "}) {
        std::string text;
        for (int i = 0; i < 100000; ++i) {
            text += open;
        }
        EXPECT_THAT(complaint(text), HasSubstr("nested too deeply")) << open;
    }
}

TEST(Yaml, EverythingWrongIsReportedAtOnce) {
    const auto text = complaint("a: &x 1\na: 2\nb: !t 3\n");
    EXPECT_THAT(text, HasSubstr("t.yaml:1:4"));
    EXPECT_THAT(text, HasSubstr("t.yaml:2:1"));
    EXPECT_THAT(text, HasSubstr("t.yaml:3:4"));
}

/// A stranger's file: every outcome but a tree or a diagnostic is a bug.
TEST(Yaml, DamagedFilesAreReadOrReported) {
    const std::string good = "component: a\nsettings:\n  b: {type: port, default: 80, doc: \"x\"}\n"
                             "services:\n  c:\n    flags: &f\n      - \"q\\n\"\n      - 'r'\n"
                             "files:\n  /e: {content: |\n      d\n    }\n--- # end\n";
    const std::string alphabet = ":-?{}[],&*!|>'\"%@`# \n\t\\ax0\xc3\xa9\x7f";
    std::mt19937 random(1);
    for (int round = 0; round < 5000; ++round) {
        auto text = good;
        for (int change = 0; change < 4; ++change) {
            const auto at = random() % text.size();
            const auto with = alphabet[random() % alphabet.size()];
            if (random() % 2 == 0) {
                text[at] = with;
            } else {
                text.insert(at, 1, with);
            }
        }
        SCOPED_TRACE(text);
        ASSERT_NO_THROW({
            Diagnostics diagnostics;
            const auto tree = parse_yaml(test::source_of("t.yaml", text), diagnostics);
            static_cast<void>(read_component(tree, diagnostics));
        });
    }
}

struct Slip {
    const char* text;
    const char* place;
    const char* message;
};

TEST(Yaml, SaysWhereAMistakeBeginsNotWhereTheParserGaveUp) {
    for (const auto& slip : std::vector<Slip>{
             {"a: 1\nb:\n\tc: 1\n", "t.yaml:3:1", "a tab in the indentation"},
             {"a:\n  b: 1\n \tc: 1\n", "t.yaml:3:2", "a tab in the indentation"},
             {"a: {b: 1\nc: 2\nd: 3\n", "t.yaml:1:4", "'{' is not closed"},
             {"a: {b: {c: 1}\n", "t.yaml:1:4", "'{' is not closed"},
             {"a: 1\nb: [x, y\nc: d\n", "t.yaml:2:4", "'[' is not closed"},
             {"a: [b}\n", "t.yaml:1:4", "'[' is not closed"},
             {"# it's\na: 'b\nc: d\n", "t.yaml:2:4", "the quote is not closed"},
             {"a: \"b\nc: \"d\"\n", "t.yaml:1:4", "the quote is not closed"},
             {"a:\n    b: 1\n  c: 2\n", "t.yaml:3:3", "the indentation matches no line above"},
             {"a: b: c\n", "t.yaml:1:5", "a second ': '"},
             {"a: [\n- b\n", "t.yaml:1:4", "'[' is not closed"},
             {"a: {b: c: d}\n", "t.yaml:1:9", "a second ': '"},
             {"a: {b: 1, c: [d: 2\ne: 3\n", "t.yaml:1:14", "'[' is not closed"},
             {"a: {b: 1 # }\nc: 2\n", "t.yaml:1:4", "'{' is not closed"},
             {"a: [\"b, c]\nd: \"e\"\n", "t.yaml:1:5", "the quote is not closed"},
             {"a: ['b\n", "t.yaml:1:5", "the quote is not closed"},
             {"a: 'b", "t.yaml:1:4", "the quote is not closed"},
             {"a: \"b\\\"", "t.yaml:1:4", "the quote is not closed"},
             {"{\n\t\"a\": 1\n\t\"b\": 2\n}\n", "t.yaml:1:1", "'{' is not closed"},
         }) {
        const auto answer = test::complaint_of([&](Diagnostics& diagnostics) {
            static_cast<void>(parse_yaml(test::source_of("t.yaml", slip.text), diagnostics));
        });
        EXPECT_THAT(answer, testing::AllOf(testing::HasSubstr(slip.place),
                                           testing::HasSubstr(slip.message)))
            << slip.text;
    }
}

TEST(Yaml, AMistakeBelowABlockOfTextIsNotSoughtInIt) {
    const auto answer = test::complaint_of([&](Diagnostics& diagnostics) {
        static_cast<void>(
            parse_yaml(test::source_of("t.yaml", "a: |\n  it's {\n  [\nb: {c\n"), diagnostics));
    });
    EXPECT_THAT(answer, testing::HasSubstr("t.yaml:4:4"));
}

TEST(Yaml, RefusesWhatIsTooLargeToBeAConfiguration) {
    const auto answer = [](const std::string& text) {
        return test::complaint_of([&](Diagnostics& diagnostics) {
            static_cast<void>(parse_yaml(test::source_of("t.yaml", text), diagnostics));
        });
    };
    EXPECT_THAT(answer("a: " + std::string(2U << 20U, 'x')), testing::HasSubstr("t.yaml:1:4"));
    EXPECT_THAT(answer(std::string(9U << 20U, '#')), testing::HasSubstr("larger than 8 MiB"));
}

} // namespace
} // namespace k8s_node
