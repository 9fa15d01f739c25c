#include <gtest/gtest.h>

#include "support/error.hpp"
#include "unit/value.hpp"

namespace k8s_node::unit {
namespace {

using Texts = std::vector<std::string>;

TEST(PlainValue, EscapesSpecifiersOnly) {
    EXPECT_EQ(Value::plain("100% \"of\" $it \\ ; #").text(), "100%% \"of\" $it \\ ; #");
    EXPECT_EQ(Value::plain("").text(), "");
}

TEST(PlainValue, KeepsSpecifierPieces) {
    EXPECT_EQ(Value::plain("tls:" + Word::specifier('d') + "/50%").text(), "tls:%d/50%%");
}

TEST(PlainValue, RefusesWhatALineCannotHold) {
    for (const auto* text : {"a\nb", "a\rb", " a", "a ", "\ta", "\xff"}) {
        EXPECT_THROW(static_cast<void>(Value::plain(text)), Error) << testing::PrintToString(text);
        EXPECT_THROW(static_cast<void>(Value::verbatim(text)), Error);
    }
    EXPECT_THROW(static_cast<void>(Value::plain(std::string_view("a\0b", 3))), Error);
}

TEST(VerbatimValue, EscapesNothing) {
    EXPECT_EQ(Value::verbatim("50%").text(), "50%");
}

TEST(CommandValue, QuotesOnlyWhereNeeded) {
    EXPECT_EQ(Value::command({"/usr/bin/etcd", "--name=a", "--data-dir", "/var/lib/etcd"}).text(),
              "/usr/bin/etcd --name=a --data-dir /var/lib/etcd");
    EXPECT_EQ(Value::command({"/bin/x", "", "a b", ";", "\"q\"", "it's", "\\"}).text(),
              R"(/bin/x "" "a b" ";" "\"q\"" "it's" "\\")");
}

TEST(CommandValue, EscapesSpecifiersVariablesAndControlCharacters) {
    EXPECT_EQ(Value::command({"/bin/x", "50%", "$HOME", "${A}$$"}).text(),
              R"(/bin/x 50%% $$HOME "$${A}$$$$")");
    EXPECT_EQ(Value::command({"/bin/x", "a\nb\tc\rd\x01\x7f"}).text(),
              R"(/bin/x "a\nb\tc\rd\x01\x7f")");
}

TEST(CommandValue, ExpandsOnlySpecifierPieces) {
    EXPECT_EQ(Value::command({"/bin/x", "--cert=" + Word::specifier('d') + "/%d $"}).text(),
              R"(/bin/x "--cert=%d/%%d $$")");
}

TEST(CommandValue, PutsPrefixesBeforeTheProgram) {
    EXPECT_EQ(Value::command({"/bin/x"}, {.ignore_failure = true}).text(), "-/bin/x");
    EXPECT_EQ(Value::command({"/bin/x"}, {.ignore_failure = true, .full_privileges = true}).text(),
              "-+/bin/x");
    EXPECT_EQ(Value::command({"/opt/a b/100%", "-x"}, {.full_privileges = true}).text(),
              "\"+/opt/a b/100%%\" -x");
}

TEST(CommandValue, RefusesProgramsThatSystemdCannotRunExactly) {
    for (const auto* program : {"", "relative", "/", "/a/", "/a//b", "/a/../b", "/a$b", "/a\"b",
                                "/a'b", "/a\\b", "/a\nb"}) {
        EXPECT_THROW(static_cast<void>(Value::command({program})), Error) << program;
    }
    EXPECT_THROW(static_cast<void>(Value::command({})), Error);
    EXPECT_THROW(static_cast<void>(Value::command({Word::specifier('h') + "/x"})), Error);
}

TEST(EnvironmentValue, QuotesTheWholeAssignment) {
    EXPECT_EQ(Value::environment("A", "b").text(), "A=b");
    EXPECT_EQ(Value::environment("A_1", "x y$z 5%\n").text(), R"("A_1=x y$z 5%%\n")");
    EXPECT_EQ(Value::environment("C", Word::specifier('d') + "/c").text(), "C=%d/c");
}

TEST(EnvironmentValue, RefusesWhatIsNoName) {
    for (const auto* name : {"", "1A", "A B", "A=B", "A-B", "\xc5\xbc"}) {
        EXPECT_THROW(static_cast<void>(Value::environment(name, "x")), Error) << name;
    }
}

TEST(PathValue, TakesNormalAbsolutePathsOnly) {
    EXPECT_EQ(Value::path("/etc/a b/50%").text(), "/etc/a b/50%%");
    EXPECT_EQ(Value::path("/").text(), "/");
    for (const auto* path :
         {"", "etc", "/etc/", "//etc", "/etc/./x", "/etc/../x", "/a\nb", "/a "}) {
        EXPECT_THROW(static_cast<void>(Value::path(path)), Error) << path;
    }
}

TEST(ListValue, SeparatesWordsWithBlanks) {
    EXPECT_EQ(Value::list(Texts{"CAP_CHOWN", "/a b", "50%"}).text(), "CAP_CHOWN \"/a b\" 50%%");
    EXPECT_EQ(Value::list(Texts{}).text(), "");
    for (const auto* word : {"", "a\"b", "a'b", "a\\b", "a\nb"}) {
        EXPECT_THROW(static_cast<void>(Value::list(Texts{word})), Error);
    }
}

TEST(UnitsValue, WritesNamesAsTheyAre) {
    EXPECT_EQ(Value::units(Texts{"a\\x2db.service", "c.target"}).text(),
              "a\\x2db.service c.target");
    EXPECT_THROW(static_cast<void>(Value::units(Texts{"a b.service"})), Error);
}

TEST(WordPieces, RefuseUnknownSpecifiers) {
    EXPECT_THROW(static_cast<void>(Word::specifier('%')), Error);
    EXPECT_THROW(static_cast<void>(Word::specifier('z')), Error);
}

} // namespace
} // namespace k8s_node::unit
