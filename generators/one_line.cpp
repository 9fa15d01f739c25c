#include "generators/one_line.hpp"

#include <algorithm>

#include "support/text.hpp"
#include "unit/utf8.hpp"

namespace k8s_node::generator {

namespace {

constexpr std::size_t limit = 600;

constexpr bool is_control(char character) {
    return static_cast<unsigned char>(character) < 0x20 || character == 0x7f;
}

constexpr bool is_ascii(char character) {
    return static_cast<unsigned char>(character) < 0x80;
}

/// Does not cut in the middle of a character.
void shorten(std::string& text) {
    if (text.size() <= limit) {
        return;
    }
    auto end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) {
        --end;
    }
    text.resize(end);
    text += "...";
}

} // namespace

std::string one_line(std::string_view text) {
    std::string out(trim(text));
    const bool utf8 = unit::is_valid_utf8(out);
    std::ranges::replace_if(
        out, [&](char c) { return is_control(c) || (!utf8 && !is_ascii(c)); }, '?');
    shorten(out);
    return out;
}

std::string one_line(const Error& error) {
    std::string line;
    for (const auto& frame : error.frames()) {
        line.insert(0, frame + ": ");
    }
    line += error.message();
    return one_line(error.hint().empty() ? line : line + "; " + error.hint());
}

} // namespace k8s_node::generator
