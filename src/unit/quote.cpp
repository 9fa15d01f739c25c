#include "unit/quote.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/utf8.hpp"

namespace k8s_node::unit {

namespace {

constexpr std::string_view specifier_letters = "aAbBCdEfgGhHiIjJlLmMnNopPqsStTuUvVwW";

constexpr bool needs_no_quotes(char character) {
    constexpr std::string_view others = "_-./:=,@%+$^~()";
    return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
           (character >= 'a' && character <= 'z') ||
           others.find(character) != std::string_view::npos;
}

constexpr bool is_control(char character) {
    return static_cast<unsigned char>(character) < 0x20 || character == 0x7f;
}

std::string escape_control(char character) {
    switch (character) {
    case '\n':
        return "\\n";
    case '\t':
        return "\\t";
    case '\r':
        return "\\r";
    default: {
        constexpr std::string_view digits = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(character);
        return {'\\', 'x', digits[byte >> 4U], digits[byte & 0xfU]};
    }
    }
}

} // namespace

Word::Word(std::string_view literal) {
    if (literal.find('\0') != std::string_view::npos) {
        throw Error("cannot pass a NUL byte to a service");
    }
    if (!is_valid_utf8(literal)) {
        throw Error("cannot pass text that is not UTF-8 to a service");
    }
    pieces_.push_back({Kind::literal, std::string(literal)});
}

Word Word::specifier(char letter) {
    if (specifier_letters.find(letter) == std::string_view::npos) {
        throw Error(std::string("'%") + letter + "' is not a systemd specifier")
            .try_this("systemd.unit(5) lists them under \"Specifiers\"");
    }
    Word word;
    word.pieces_.push_back({Kind::specifier, std::string(1, letter)});
    return word;
}

std::string escape_expansions(const Word& word, Variables variables) {
    std::string out;
    for (const auto& [kind, text] : word.pieces()) {
        if (kind == Word::Kind::specifier) {
            out += '%' + text;
            continue;
        }
        auto escaped = replace_all(text, "%", "%%");
        out += variables == Variables::expanded ? replace_all(escaped, "$", "$$") : escaped;
    }
    return out;
}

std::string quote(std::string_view text) {
    if (!text.empty() && std::ranges::all_of(text, needs_no_quotes)) {
        return std::string(text);
    }
    std::string out = "\"";
    for (const char character : text) {
        if (is_control(character)) {
            out += escape_control(character);
            continue;
        }
        if (character == '"' || character == '\\') {
            out += '\\';
        }
        out += character;
    }
    return out + '"';
}

} // namespace k8s_node::unit
