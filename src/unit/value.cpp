#include "unit/value.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/escape.hpp"
#include "unit/quote.hpp"

namespace k8s_node::unit {

namespace {

Error refused(std::string_view text, std::string_view why) {
    return Error("cannot write \"" + std::string(text) +
                 "\" into a unit file: " + std::string(why));
}

/// A value that systemd reads from the line without unquoting.
std::string require_one_line(std::string text) {
    if (text.find_first_of("\r\n") != std::string::npos) {
        throw refused(text, "it has more than one line");
    }
    if (trim(text) != text) {
        throw refused(text, "systemd would drop its leading or trailing blanks");
    }
    return text;
}

bool is_normal_path(std::string_view path) {
    if (!path.starts_with('/')) {
        return false;
    }
    const auto parts = split(path.substr(1), '/');
    return path == "/" || std::ranges::none_of(parts, [](const auto& part) {
               return part.empty() || part == "." || part == "..";
           });
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char character) {
        return static_cast<unsigned char>(character) < 0x20 || character == 0x7f;
    });
}

bool has_any(std::string_view text, std::string_view characters) {
    return text.find_first_of(characters) != std::string_view::npos;
}

std::string literal_text(const Word& word) {
    std::string text;
    for (const auto& piece : word.pieces()) {
        if (piece.kind != Word::Kind::literal) {
            throw Error("the program of a command must not contain specifiers");
        }
        text += piece.text;
    }
    return text;
}

/// The program of a command. "$" is refused because systemd runs the path as it is written but
/// expands the same text again for argv[0].
std::string program(const Word& word, CommandOptions options) {
    const auto path = literal_text(word);
    if (!is_normal_path(path) || path == "/") {
        throw refused(path, "a program must be given by its absolute path, without '..' or '//'");
    }
    if (has_control(path) || has_any(path, "\"'\\$")) {
        throw refused(path, "systemd cannot run a program with this character in its path");
    }
    std::string prefix;
    prefix += options.ignore_failure ? "-" : "";
    prefix += options.full_privileges ? "+" : "";
    return quote(prefix + escape_expansions(path, Variables::literal));
}

/// A command wider than this gets one line for each flag.
constexpr std::size_t wide = 100;

bool is_flag(std::string_view written) {
    return written.starts_with('-') || written.starts_with("\"-");
}

/// Joins the items on one line or, if that is long, puts each item from the first flag on onto
/// its own line, so that a diff shows the changed flag only.
std::string layout(const std::vector<std::string>& items) {
    auto line = join(items, " ");
    const auto flag = std::ranges::find_if(items, is_flag);
    if (line.size() <= wide || flag == items.end()) {
        return line;
    }
    line = join(std::vector(items.begin(), flag), " ");
    std::for_each(flag, items.end(), [&](const auto& word) { line += " \n    " + word; });
    return line;
}

bool is_variable_name(std::string_view name) {
    const auto is_letter = [](char character) {
        return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
               character == '_';
    };
    const auto is_digit = [](char character) { return character >= '0' && character <= '9'; };
    return !name.empty() && is_letter(name.front()) &&
           std::ranges::all_of(
               name, [&](char character) { return is_letter(character) || is_digit(character); });
}

} // namespace

Value Value::plain(const Word& text) {
    return Value(require_one_line(escape_expansions(text, Variables::literal)));
}

Value Value::verbatim(std::string_view text) {
    static_cast<void>(Word(text));
    return Value(require_one_line(std::string(text)));
}

Value Value::command(const std::vector<Word>& argv, CommandOptions options) {
    if (argv.empty()) {
        throw Error("a command needs a program");
    }
    std::vector<std::string> items{program(argv.front(), options)};
    for (const auto& argument : std::span(argv).subspan(1)) {
        items.push_back(quote(escape_expansions(argument, Variables::expanded)));
    }
    return Value(layout(items));
}

Value Value::environment(std::string_view name, const Word& value) {
    if (!is_variable_name(name)) {
        throw Error("'" + std::string(name) + "' is not a valid environment variable name");
    }
    return Value(quote(std::string(name) + '=' + escape_expansions(value, Variables::literal)));
}

Value Value::path(std::string_view path) {
    if (!is_normal_path(path)) {
        throw refused(path, "it must be an absolute path without '.', '..' or doubled '/'");
    }
    return plain(path);
}

Value Value::list(std::span<const std::string> items) {
    std::vector<std::string> out;
    for (const auto& word : items) {
        if (word.empty() || has_control(word) || has_any(word, "\"'\\")) {
            throw refused(word, "an item of a list must not be empty or contain quotes, "
                                "backslashes or control characters");
        }
        out.push_back(quote(escape_expansions(word, Variables::literal)));
    }
    return Value(join(out, " "));
}

Value Value::units(std::span<const std::string> names) {
    std::ranges::for_each(names, require_valid_name);
    return Value(join(names, " "));
}

} // namespace k8s_node::unit
