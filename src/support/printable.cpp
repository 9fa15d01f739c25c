#include "support/printable.hpp"

#include <array>
#include <cstdio>

namespace k8s_node {

namespace {

std::string written_out(unsigned char byte) {
    std::array<char, 8> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "\\x%02x", byte);
    return buffer.data();
}

/// True for U+0080 to U+009F in UTF-8: the 8-bit forms of ESC and a letter.
bool is_long_control(std::string_view rest) {
    return rest.size() > 1 && rest[0] == '\xc2' && static_cast<unsigned char>(rest[1]) < 0xa0;
}

} // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '\n') {
            out += i + 1 == text.size() ? "" : "\n  ";
        } else if (is_long_control(text.substr(i))) {
            out += written_out(static_cast<unsigned char>(text[++i]));
        } else if (byte < 0x20 || byte == 0x7f) {
            out += byte == '\t' ? std::string(1, '\t') : written_out(byte);
        } else {
            out += text[i];
        }
    }
    return out;
}

} // namespace k8s_node
