#include "unit/escape.hpp"

#include <algorithm>
#include <array>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::unit {

namespace {

constexpr std::size_t name_limit = 255;

constexpr bool is_alphanumeric(char character) {
    return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
           (character >= 'a' && character <= 'z');
}

constexpr bool is_kept_by_escape(char character) {
    return is_alphanumeric(character) || character == ':' || character == '_' || character == '.';
}

constexpr bool is_valid_in_name(char character) {
    return is_kept_by_escape(character) || character == '-' || character == '\\' ||
           character == '@';
}

constexpr std::array<std::string_view, 11> unit_types{
    "service", "socket", "device", "mount", "automount", "swap",
    "target",  "path",   "timer",  "slice", "scope",
};

void append_escaped(std::string& out, char character) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(character);
    out += "\\x";
    out += digits[byte >> 4U];
    out += digits[byte & 0xfU];
}

} // namespace

std::string escape(std::string_view text) {
    std::string out;
    for (const char character : text) {
        const bool leading_dot = out.empty() && character == '.';
        if (character == '/') {
            out += '-';
        } else if (is_kept_by_escape(character) && !leading_dot) {
            out += character;
        } else {
            append_escaped(out, character);
        }
    }
    return out;
}

std::string escape_path(std::string_view path) {
    if (!path.starts_with('/')) {
        throw Error("cannot name a unit after '" + std::string(path) + "': not an absolute path");
    }
    auto parts = split(path, '/');
    std::erase_if(parts, [](const auto& part) { return part.empty() || part == "."; });
    if (std::ranges::find(parts, "..") != parts.end()) {
        throw Error("cannot name a unit after '" + std::string(path) + "': it contains '..'");
    }
    return parts.empty() ? "-" : escape(join(parts, "/"));
}

const std::vector<std::string>& all_unit_types() {
    static const std::vector<std::string> types(unit_types.begin(), unit_types.end());
    return types;
}

bool is_unit_type(std::string_view suffix) noexcept {
    return std::ranges::find(unit_types, suffix) != unit_types.end();
}

bool is_valid_name(std::string_view name) noexcept {
    const auto dot = name.rfind('.');
    if (name.size() > name_limit || dot == std::string_view::npos || dot == 0) {
        return false;
    }
    const auto prefix = name.substr(0, dot);
    return !prefix.starts_with('@') && std::ranges::all_of(prefix, is_valid_in_name) &&
           is_unit_type(name.substr(dot + 1));
}

const std::string& require_valid_name(const std::string& name) {
    if (!is_valid_name(name)) {
        throw Error("'" + name + "' is not a valid unit name");
    }
    return name;
}

} // namespace k8s_node::unit
