// How systemd takes a command line apart: extract_first_word() with unquoting
// and C escapes, written from systemd.syntax(7) and sharing nothing with what
// it judges.
#pragma once

#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "property.hpp"

namespace k8s_node::fuzz {

/// The escape that begins after a "\", taken off `text`.
inline char take_escape(std::string_view& text) {
    require(!text.empty(), "no backslash stands at the end of a line");
    const char kind = text.front();
    text.remove_prefix(1);
    if (kind == 'x') {
        const auto digits = std::string(text.substr(0, 2));
        require(digits.size() == 2 && std::isxdigit(static_cast<unsigned char>(digits[0])) != 0 &&
                    std::isxdigit(static_cast<unsigned char>(digits[1])) != 0,
                "\\x has two digits");
        text.remove_prefix(2);
        return static_cast<char>(std::strtol(digits.c_str(), nullptr, 16));
    }
    switch (kind) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    default:
        require(kind == '\\' || kind == '"', "only known escapes are written");
        return kind;
    }
}

inline std::vector<std::string> systemd_words(std::string_view line) {
    std::vector<std::string> words;
    bool inside = false;
    bool quoted = false;
    while (!line.empty()) {
        char character = line.front();
        line.remove_prefix(1);
        if (character == ' ' && !quoted) {
            inside = false;
            continue;
        }
        if (!inside) {
            words.emplace_back();
            inside = true;
        }
        if (character == '"') {
            quoted = !quoted;
            continue;
        }
        words.back() += character == '\\' ? take_escape(line) : character;
    }
    require(!quoted, "every quote is closed");
    return words;
}

/// Doubled characters made one again; a lone one would be an expansion.
inline std::string undouble(std::string_view text, std::string_view doubled) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (doubled.find(text[i]) != std::string_view::npos) {
            ++i;
            require(i < text.size() && text[i] == text[i - 1], "nothing literal is expanded", text);
        }
    }
    return out;
}

} // namespace k8s_node::fuzz
