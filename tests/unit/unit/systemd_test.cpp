// What systemd itself makes of our values. `systemd-analyze verify` loads a
// unit file as PID 1 does and, when it logs at level debug, prints the result.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "random_strings.hpp"
#include "run_program.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/support/temporary_directory.hpp"
#include "unit/unit_file.hpp"

namespace k8s_node::unit {
namespace {

using Texts = std::vector<std::string>;

class Systemd : public testing::Test {
protected:
    void SetUp() override {
        if (!test::has_program("systemd-analyze")) {
            GTEST_SKIP() << "systemd-analyze is not installed";
        }
    }

    void write(const std::string& name, const UnitFile& file) {
        directory_.write("/" + name, file.write());
        names_.push_back(name);
    }

    /// Everything systemd has to tell about the units.
    std::string load() {
        Texts argv{"systemd-analyze", "verify", "--man=no"};
        for (const auto& name : names_) {
            argv.push_back(directory_.path() / name);
        }
        return test::run_program(argv, {"SYSTEMD_LOG_LEVEL=debug"});
    }

private:
    test::TemporaryDirectory directory_;
    Texts names_;
};

UnitFile service() {
    UnitFile file;
    file.add("Service", "Type", Value::verbatim("oneshot"));
    return file;
}

/// One character of a C string, taken off `text`.
char take_character(std::string_view& text) {
    const char first = text.front();
    text.remove_prefix(1);
    if (first != '\\') {
        return first;
    }
    if (text.front() >= '0' && text.front() <= '3') {
        const auto code = std::stoi(std::string(text.substr(0, 3)), nullptr, 8);
        text.remove_prefix(3);
        return static_cast<char>(code);
    }
    constexpr std::string_view letters = "abfnrtv";
    constexpr std::string_view meanings = "\a\b\f\n\r\t\v";
    const auto at = letters.find(text.front());
    const char meaning = at == std::string_view::npos ? text.front() : meanings[at];
    text.remove_prefix(1);
    return meaning;
}

/// A command line as systemd prints it, split again.
Texts split_printed(std::string_view line) {
    Texts words;
    while (!line.empty()) {
        const bool quoted = line.front() == '"';
        line.remove_prefix(quoted ? 1 : 0);
        std::string word;
        while (!line.empty() && line.front() != (quoted ? '"' : ' ')) {
            word += take_character(line);
        }
        words.push_back(std::move(word));
        line.remove_prefix(std::min<std::size_t>(line.size(), quoted ? 2 : 1));
    }
    return words;
}

std::vector<Texts> printed_commands(const std::string& output) {
    constexpr std::string_view mark = "Command Line: ";
    std::vector<Texts> commands;
    for (const auto& line : split_lines(output)) {
        const auto at = line.find(mark);
        if (at != std::string::npos) {
            commands.push_back(split_printed(line.substr(at + mark.size())));
        }
    }
    return commands;
}

TEST_F(Systemd, ReadsEveryArgumentExactly) {
    test::RandomStrings random(5);
    auto file = service();
    std::vector<Texts> expected;
    for (int i = 0; i < 3000; ++i) {
        // Every other command is so long that it is continued over four lines.
        const std::string pad(i % 2 == 0 ? 1 : 90, 'x');
        const Texts argv{"/usr/bin/true", "--pad=" + pad, random.text(), random.text()};
        file.add("Service", "ExecStart", Value::command({argv.begin(), argv.end()}));
        expected.push_back(argv);
    }
    write("k8s-node-arguments.service", file);
    const auto commands = printed_commands(load());
    ASSERT_EQ(commands.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        // Variables are expanded when the service starts, "$$" becomes "$" then.
        Texts written = expected[i];
        for (auto& word : written) {
            word = replace_all(word, "$", "$$");
        }
        EXPECT_EQ(commands[i], written);
    }
}

TEST_F(Systemd, RunsProgramsByTheirExactPath) {
    auto file = service();
    file.add("Service", "ExecStart", Value::command({"/usr/bin/true"}, {.ignore_failure = true}));
    file.add("Service", "ExecStart",
             Value::command({"/opt/a b/100% \xc5\xbc;", "x"}, {.ignore_failure = true}));
    write("k8s-node-program.service", file);
    EXPECT_EQ(printed_commands(load()),
              (std::vector<Texts>{{"/usr/bin/true"}, {"/opt/a b/100% \xc5\xbc;", "x"}}));
}

TEST_F(Systemd, ExpandsSpecifierPiecesOnly) {
    auto file = service();
    file.add("Service", "ExecStart",
             Value::command({"/usr/bin/true", "%n=" + Word::specifier('n') + "; %"}));
    write("k8s-node-specifier.service", file);
    EXPECT_EQ(printed_commands(load()),
              (std::vector<Texts>{{"/usr/bin/true", "%n=k8s-node-specifier.service; %"}}));
}

TEST_F(Systemd, ReadsEveryVariableExactly) {
    test::RandomStrings random(6);
    auto file = service();
    file.add("Service", "ExecStart", Value::command({"/usr/bin/true"}));
    std::string expected;
    for (int i = 0; i < 2000; ++i) {
        const auto name = "K" + std::to_string(i);
        const auto value = random.text();
        file.add("Service", "Environment", Value::environment(name, value));
        expected += "\t\tEnvironment: " + name + '=' + value + '\n';
    }
    write("k8s-node-environment.service", file);
    EXPECT_NE(load().find(expected), std::string::npos);
}

TEST_F(Systemd, ReadsEveryPlainTextExactly) {
    test::RandomStrings random(7);
    Texts expected;
    while (expected.size() < 200) {
        const auto text = "x" + random.text();
        auto file = service();
        try {
            file.add("Unit", "Description", Value::plain(text));
        } catch (const Error&) {
            continue;
        }
        file.add("Service", "ExecStart", Value::command({"/usr/bin/true"}));
        write("k8s-node-" + std::to_string(expected.size()) + ".service", file);
        expected.push_back(text);
    }
    const auto output = load();
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto loaded = "-> Unit k8s-node-" + std::to_string(i) +
                            ".service:\n\t\tDescription: " + expected[i] + '\n';
        EXPECT_NE(output.find(loaded), std::string::npos) << testing::PrintToString(expected[i]);
    }
}

TEST_F(Systemd, ReadsListsAndPaths) {
    auto file = service();
    file.add("Unit", "Documentation", Value::list(Texts{"man:a(8)", "https://b/50%25"}));
    file.add("Unit", "SourcePath", Value::path("/etc/a b/50%.yaml"));
    file.add("Unit", "After", Value::units(Texts{"a\\x2db.service", "c.target"}));
    file.add("Service", "ExecStart", Value::command({"/usr/bin/true"}));
    write("k8s-node-list.service", file);
    const auto output = load();
    for (const auto* part :
         {"Documentation: man:a(8)\n", "Documentation: https://b/50%25\n",
          "Source Path: /etc/a b/50%.yaml\n", "After: a\\x2db.service (", "After: c.target ("}) {
        EXPECT_NE(output.find(part), std::string::npos) << part;
    }
}

} // namespace
} // namespace k8s_node::unit
