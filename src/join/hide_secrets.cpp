#include "join/hide_secrets.hpp"

#include <algorithm>
#include <cctype>

#include "join/join_data.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t token_size = 23;
/// A certificate key's hexadecimal digits, and the line of a PEM file. No name in the DNS is as
/// long.
constexpr std::size_t long_run = 64;

bool is_letter_or_digit(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_of_base64(char c) {
    return is_letter_or_digit(c) || c == '+' || c == '/' || c == '=';
}

/// A character after a backslash is part of an escape: another sign there would be no YAML.
bool is_escaped(const std::string& text, std::size_t at) {
    return at > 0 && text[at - 1] == '\\';
}

void hide(std::string& text, std::size_t from, std::size_t end) {
    for (auto at = from; at < end; ++at) {
        if (is_of_base64(text[at]) && !is_escaped(text, at)) {
            text[at] = 'x';
        }
    }
}

/// Hides what stands after "key:", whatever its form, up to the end of a value.
void hide_values(std::string& text, std::string_view key) {
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
        const auto from = text.find_first_not_of("\"' \t\\", at + key.size());
        if (from == std::string::npos || text[from] != ':') {
            continue;
        }
        // A value that is wrong may hold any sign; only on one line with others it ends with it.
        const auto line = text.rfind('\n', at) + 1; // npos + 1 is 0
        const bool stands_alone = text.find_first_not_of("\"' \t-", line) == at;
        const auto end = text.find_first_of(stands_alone ? "\n" : "\n,}", from);
        for (auto each = from + 1; each < std::min(end, text.size()); ++each) {
            const bool is_part = is_letter_or_digit(text[each]) || text[each] == '.';
            text[each] = is_part && !is_escaped(text, each) ? 'x' : text[each];
        }
    }
}

/// Hides what has the form of a token, wherever it stands.
void hide_tokens(std::string& text) {
    for (std::size_t at = 0; at + token_size <= text.size(); ++at) {
        if (parse_token(std::string_view(text).substr(at, token_size))) {
            text.replace(at, token_size, token_size, 'x');
        }
    }
}

/// Hides each private key, one without an end up to that of the text.
void hide_private_keys(std::string& text) {
    constexpr std::string_view begin = "-----BEGIN ";
    constexpr std::string_view rule = "-----";
    for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
        const auto label = at + begin.size();
        const auto end = text.find(rule, label);
        if (end == std::string::npos ||
            std::string_view(text).substr(label, end - label).ends_with("PRIVATE KEY")) {
            const auto from = std::min(end, label);
            hide(text, end == std::string::npos ? from : end + rule.size(),
                 std::min(text.find("-----END", from), text.size()));
        }
    }
}

/// Hides certificate keys and what has the form of a long line of base64; no pin, which is public.
void hide_long_runs(std::string& text) {
    constexpr std::string_view of_pin = "sha256:";
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && is_of_base64(text[end])) {
            ++end;
        }
        const bool is_pin =
            at >= of_pin.size() && text.compare(at - of_pin.size(), of_pin.size(), of_pin) == 0;
        if (end - at >= long_run && !(is_pin && end - at == long_run)) {
            hide(text, at, end);
        }
        at = end + 1;
    }
}

} // namespace

Source hide_secrets(const std::string& name, std::string_view text) {
    std::string shown(text);
    hide_private_keys(shown);
    hide_long_runs(shown);
    for (const auto* key : {"token", "certificate_key", "secret"}) {
        hide_values(shown, key);
    }
    hide_tokens(shown);
    return std::make_shared<const SourceText>(SourceText{join_data_layer, name, std::move(shown)});
}

} // namespace k8s_node
