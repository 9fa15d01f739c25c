#include "yaml/yaml_mistake.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Returns a tab in the indentation of the line where the parser gave up or of a line next to it.
std::optional<std::size_t> tab_in_indentation(const std::string& text, std::size_t byte) {
    auto start = text.rfind('\n', byte == 0 ? 0 : byte - 1);
    start = start == std::string::npos ? 0 : start + 1;
    std::vector<std::size_t> starts = {start};
    if (start > 0) {
        const auto before = text.rfind('\n', start - 2 < start ? start - 2 : 0);
        starts.push_back(before == std::string::npos ? 0 : before + 1);
    }
    if (const auto next = text.find('\n', start); next != std::string::npos) {
        starts.push_back(next + 1);
    }
    for (const auto line : starts) {
        const auto first = std::min(text.find_first_not_of(' ', line), text.size());
        if (first < text.size() && text[first] == '\t') {
            return first;
        }
    }
    return std::nullopt;
}

std::ptrdiff_t line_of(const std::string& text, std::size_t byte) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
    return std::count(text.begin(), end, '\n');
}

/// True for a quoted text of several lines that ends on the line where the parser gave up: it
/// should have ended earlier.
bool is_too_long(const std::string& text, std::size_t quote, std::size_t gave_up) {
    const auto end = end_of_quote(text, quote);
    return line_of(text, quote) != line_of(text, end) &&
           line_of(text, end) == line_of(text, gave_up);
}

/// True if the parser gave up at a second ': ' after the key of an entry.
bool is_second_value(const std::string& text, std::size_t gave_up, const Unfinished& unfinished) {
    return gave_up < text.size() && text[gave_up] == ':' && unfinished.key &&
           line_of(text, *unfinished.key) == line_of(text, gave_up);
}

YamlMistake open_bracket(const std::string& text, std::size_t byte) {
    const char sign = text[byte];
    return {byte, "'" + std::string(1, sign) + "' is not closed",
            "add '" + std::string(1, sign == '[' ? ']' : '}') + "'"};
}

/// The parser's message about a second ": " in an entry.
constexpr std::string_view second_value = "illegal map value";

struct Saying {
    std::string_view parsers;
    const char* message;
    const char* hint;
};

constexpr std::array<Saying, 9> sayings = {{
    {"end of map not found", "the indentation matches no line above",
     "all entries of a map start in the same column"},
    {"end of sequence not found", "the indentation matches no line above",
     "all items of a list start in the same column"},
    {second_value, "a second ': ' in one entry",
     "quote the text that holds it, or put the entry on a line of its own"},
    {"illegal block entry", "a list cannot start here", "put '- ' on a line of its own"},
    {"illegal map key", "a key cannot start here", "put it on a line of its own"},
    {"unknown token", "a value cannot start with this character", "quote it"},
    {"invalid unicode", "the text contains an invalid Unicode character", ""},
    {"unknown escape character", "an escape that YAML does not know",
     "write \\\\ for a backslash, or use single quotes"},
    {"illegal character in scalar", "this character is not allowed here", "quote the text"},
}};

/// True for a message of the parser about a list or map in brackets, "end of map flow not found",
/// and for what can only follow one that should have ended.
bool is_of_brackets(const std::string& error) {
    return error.find(" flow ") != std::string::npos || error == "illegal block entry";
}

} // namespace

std::size_t end_of_quote(const std::string& text, std::size_t byte) {
    const char sign = text[byte];
    for (auto at = byte + 1; at < text.size(); ++at) {
        const bool escape = sign == '"' && text[at] == '\\';
        const bool doubled = sign == '\'' && text.compare(at, 2, "''") == 0;
        if (escape || doubled) {
            ++at;
        } else if (text[at] == sign) {
            return at;
        }
    }
    return std::string::npos;
}

YamlMistake open_quote(const std::string& text, std::size_t byte) {
    return {byte, "the quote is not closed",
            std::string("end the text with the same quote character, ") + text[byte]};
}

YamlMistake explain_yaml(const std::string& text, std::size_t byte, const std::string& error,
                         const Unfinished& unfinished) {
    if (error.starts_with(too_deep)) {
        return {byte, error, ""};
    }
    const auto tab = unfinished.bracket ? std::nullopt : tab_in_indentation(text, byte);
    if (tab) { // in brackets tabs are allowed
        return {*tab, "a tab in the indentation", "indent with spaces"};
    }
    if (unfinished.quote && is_too_long(text, *unfinished.quote, byte)) {
        return open_quote(text, *unfinished.quote);
    }
    const bool in_brackets = is_of_brackets(error) && unfinished.bracket;
    if (in_brackets && !is_second_value(text, byte, unfinished)) {
        return open_bracket(text, *unfinished.bracket);
    }
    const std::string_view said = in_brackets ? second_value : std::string_view(error);
    for (const auto& saying : sayings) {
        if (said.find(saying.parsers) != std::string_view::npos) {
            return {byte, saying.message, saying.hint};
        }
    }
    return {byte, error, ""};
}

} // namespace k8s_node
