#include "language/interpolate.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdint>

#include "support/text.hpp"

namespace k8s_node {

namespace {

/// References that double each other would exhaust memory.
constexpr std::size_t max_length = std::size_t{1} << 20U;

/// Walks `text`; calls `literal` for runs of text and `reference` for names.
/// False if a ${ is not closed.
template <typename Literal, typename Reference>
bool walk(const std::string& text, Literal literal, Reference reference) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto dollar = text.find('$', at);
        literal(text.substr(at, dollar - at));
        if (dollar == std::string::npos) {
            return true;
        }
        const char next = dollar + 1 < text.size() ? text[dollar + 1] : '\0';
        if (next == '$') {
            literal("$");
            at = dollar + 2;
        } else if (next == '{') {
            const auto end = text.find('}', dollar);
            if (end == std::string::npos) {
                return false;
            }
            reference(text.substr(dollar + 2, end - dollar - 2));
            at = end + 1;
        } else {
            literal("$");
            at = dollar + 1;
        }
    }
    return true;
}

} // namespace

std::string interpolate(const std::string& text, const Lookup& lookup, const Position& at,
                        Diagnostics& diagnostics, const Hint& hint) {
    std::string out;
    const bool closed = walk(
        text, [&](const std::string& literal) { out += literal; },
        [&](const std::string& name) {
            if (out.size() > max_length) {
                return;
            }
            if (const auto value = lookup(name)) {
                out += *value;
            } else {
                const auto written = "${" + name + "}";
                diagnostics.add(at.of(written), "unknown reference " + written,
                                hint ? hint(name) : "");
            }
        });
    if (out.size() > max_length) {
        diagnostics.add(at, "the value is larger than 1 MiB once references are replaced");
        out.clear();
    }
    if (!closed) {
        diagnostics.add(at.of("${"), "'${' without '}'", "write $$ for a plain dollar sign");
    }
    return out;
}

std::optional<std::string> host_of_cidr(const std::string& cidr, std::uint32_t n) {
    const auto slash = cidr.find('/');
    const auto length = parse_integer(slash == std::string::npos ? "" : cidr.substr(slash + 1));
    const int family = cidr.find(':') == std::string::npos ? AF_INET : AF_INET6;
    const std::int64_t bits = family == AF_INET ? 32 : 128;
    std::array<std::uint8_t, 16> address{};
    if (!length || *length < 0 || *length > bits ||
        ::inet_pton(family, cidr.substr(0, slash).c_str(), address.data()) != 1) {
        return std::nullopt;
    }
    if (bits - *length < 32 && n >= (std::uint64_t{1} << (bits - *length))) {
        return std::nullopt;
    }
    // The network's own address may be written with host bits: 10.96.0.5/16.
    for (std::int64_t bit = *length; bit < bits; ++bit) {
        address.at(static_cast<std::size_t>(bit / 8)) &=
            static_cast<std::uint8_t>(~(0x80U >> static_cast<unsigned>(bit % 8)));
    }
    const auto last = static_cast<std::size_t>(bits / 8);
    std::uint64_t carry = n;
    for (std::size_t i = last; i-- > 0 && carry != 0;) {
        carry += address.at(i);
        address.at(i) = static_cast<std::uint8_t>(carry & 0xffU);
        carry >>= 8U;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, address.data(), text.data(), text.size());
    return text.data();
}

} // namespace k8s_node
