#include "unit/utf8.hpp"

#include <cstdint>

namespace k8s_node::unit {

namespace {

/// The lead byte of a character: the number of bytes that follow, the bits it carries itself, and
/// the smallest code point that needs this length.
struct Lead {
    std::size_t following;
    std::uint32_t bits;
    std::uint32_t smallest;
};

constexpr Lead malformed{SIZE_MAX, 0, 0};

constexpr Lead lead_of(unsigned char byte) {
    if (byte < 0x80) {
        return {0, byte, 0};
    }
    if ((byte & 0xe0U) == 0xc0) {
        return {1, byte & 0x1fU, 0x80};
    }
    if ((byte & 0xf0U) == 0xe0) {
        return {2, byte & 0x0fU, 0x800};
    }
    if ((byte & 0xf8U) == 0xf0) {
        return {3, byte & 0x07U, 0x10000};
    }
    return malformed;
}

constexpr bool is_character(std::uint32_t code) {
    const bool surrogate = (code & 0xfffff800U) == 0xd800;
    const bool noncharacter = (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffeU) == 0xfffe;
    return code < 0x110000 && !surrogate && !noncharacter;
}

} // namespace

bool is_valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto lead = lead_of(static_cast<unsigned char>(text.front()));
        if (lead.following >= text.size()) {
            return false;
        }
        auto code = lead.bits;
        for (const char next : text.substr(1, lead.following)) {
            const auto byte = static_cast<unsigned char>(next);
            if ((byte & 0xc0U) != 0x80) {
                return false;
            }
            code = code << 6U | (byte & 0x3fU);
        }
        if (code < lead.smallest || !is_character(code)) {
            return false;
        }
        text.remove_prefix(lead.following + 1);
    }
    return true;
}

std::size_t first_invalid_byte(std::string_view text) noexcept {
    std::size_t start = 0;
    while (start < text.size()) {
        auto end = start + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) {
            ++end;
        }
        if (!is_valid_utf8(text.substr(start, end - start))) {
            return start;
        }
        start = end;
    }
    return start;
}

} // namespace k8s_node::unit
