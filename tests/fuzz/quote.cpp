// Any text as an argument, a variable, a description: PID 1 gets exactly it.
// The input is words between lines of "--".
#include "unit/quote.hpp"

#include <algorithm>

#include "systemd_words.hpp"
#include "unit/escape.hpp"
#include "unit/unit_file.hpp"
#include "unit/value.hpp"

namespace k8s_node::fuzz {

namespace {

using unit::UnitFile;
using unit::Value;
using unit::Word;

std::vector<std::string> words_of(std::string_view input) {
    constexpr std::string_view separator = "\n--\n";
    std::vector<std::string> words;
    for (;;) {
        const auto end = input.find(separator);
        words.emplace_back(input.substr(0, end));
        if (end == std::string_view::npos) {
            return words;
        }
        input.remove_prefix(end + separator.size());
    }
}

/// The value as the text of a file gives it back.
void check_in_file(const std::string& key, const Value& value) {
    require(value.text().find_first_of(std::string_view("\n\r\0", 3)) == std::string::npos,
            "a value is one line", value.text());
    UnitFile file;
    file.add("Service", key, value);
    file.add("Service", "Next", Value::verbatim("here"));
    const auto text = file.write();
    const auto again = UnitFile::parse(text, "x.service");
    require(again == file, "a value is read back as it was written", text);
    require(again.values("Service", "Next") == std::vector<std::string>{"here"},
            "a value does not reach into the next line", text);
}

void check_command(const std::vector<std::string>& words) {
    std::vector<Word> argv{Word("/bin/x")};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto value = Value::command(argv);
    const auto parsed = systemd_words(value.text());
    require(parsed.size() == argv.size() && parsed.front() == "/bin/x",
            "a command keeps the number of its words", value.text());
    for (std::size_t i = 0; i < words.size(); ++i) {
        require(undouble(parsed[i + 1], "%$") == words[i], "a word arrives as it was given",
                value.text());
    }
    check_in_file("ExecStart", value);
}

void check_word(const std::string& word) {
    require(systemd_words(unit::quote(word)) == std::vector{word}, "quotes come off again", word);
    const auto value = Value::environment("K", word);
    const auto parsed = systemd_words(value.text());
    require(parsed.size() == 1 && undouble(parsed.front(), "%") == "K=" + word,
            "a variable arrives as it was given", value.text());
    check_in_file("Environment", value);
}

void check_plain(const std::string& word) {
    static_cast<void>(accepts([&] {
        const auto value = Value::plain(word);
        require(undouble(value.text(), "%") == word, "a text is taken as it was given");
        check_in_file("Description", value);
    }));
    static_cast<void>(accepts([&] { check_in_file("Type", Value::verbatim(word)); }));
    static_cast<void>(accepts([&] { check_in_file("SourcePath", Value::path(word)); }));
}

void check_name(const std::string& word) {
    const auto name = unit::escape(word) + ".service";
    require(word.empty() || name.size() > 255 || unit::is_valid_name(name),
            "an escaped text is part of a unit's name", name);
    require(!unit::is_valid_name(word) || word.find('/') == std::string::npos,
            "the name of a unit is safe as the name of a file");
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const auto words = fuzz::words_of(fuzz::as_text(data, size));
    for (const auto& word : words) {
        fuzz::check_name(word);
    }
    if (fuzz::accepts(
            [&] { std::ranges::for_each(words, [](const auto& w) { unit::Word{w}; }); })) {
        fuzz::check_command(words);
        for (const auto& word : words) {
            fuzz::check_word(word);
            fuzz::check_plain(word);
        }
        static_cast<void>(fuzz::accepts(
            [&] { fuzz::check_in_file("ReadWritePaths", unit::Value::list(words)); }));
    }
    return 0;
}
