#include "explaining/secret_forms.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace k8s_node {

namespace {

constexpr std::array secret_words{
    "password",      "passwd",     "passphrase", "secret",          "token",
    "apikey",        "api-key",    "api_key",    "key-data",        "private-key",
    "private_key",   "privatekey", "credential", "authorization",   "bearer",
    "access-key",    "access_key", "accesskey",  "certificate-key", "certificate_key",
    "certificatekey"};

/// Values that say nothing by themselves.
constexpr std::array harmless{"true", "false", "null", "none", "yes", "no", "\"\"", "{}", "[]"};
constexpr std::array directories{"/etc/",  "/var/", "/run/", "/usr/", "/opt/",  "/root/",
                                 "/home/", "/srv/", "/tmp/", "/dev/", "/proc/", "/sys/"};

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return out;
}

bool is_letter_of_name(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' ||
           letter == '-' || letter == '.';
}

bool is_alphanumeric(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char letter) {
        return std::islower(letter) != 0 || std::isdigit(letter) != 0;
    });
}

bool ends_value(char letter) {
    return letter == ' ' || letter == '\t' || letter == '"' || letter == '\'' || letter == ',' ||
           letter == '}' || letter == ']' || letter == '\\' || letter == ';';
}

bool is_harmless(std::string_view value) {
    return value.empty() || std::ranges::find(harmless, lower(value)) != harmless.end() ||
           std::ranges::any_of(directories,
                               [&](const char* start) { return value.starts_with(start); });
}

std::size_t skip(std::string_view line, std::size_t at, std::string_view letters) {
    const auto end = line.find_first_not_of(letters, at);
    return end == std::string_view::npos ? line.size() : end;
}

/// Returns where the value of the name that ends at `end` begins; npos if it has none.
std::size_t begin_of_value(std::string_view line, std::string_view word, bool is_option,
                           std::size_t end) {
    auto at = skip(line, end, "\"'\\");
    const auto after = skip(line, at, " \t");
    const bool is_assigned = after < line.size() && (line[after] == '=' || line[after] == ':');
    const bool is_spaced = (is_option || word == "bearer") && after > at;
    if (!is_assigned && !is_spaced) {
        return std::string_view::npos;
    }
    at = is_assigned ? after + 1 : after;
    at = skip(line, at, " \t\"'\\");
    // The scheme of an Authorization header is no secret, what follows is.
    for (const std::string_view scheme : {"bearer ", "basic "}) {
        if (lower(line.substr(at, scheme.size())) == scheme) {
            return at + scheme.size();
        }
    }
    return at;
}

std::size_t end_of_value(std::string_view line, std::size_t begin) {
    const bool is_quoted =
        begin > 0 && (line[begin - 1] == '"' || line[begin - 1] == '\'') && begin < line.size();
    if (is_quoted) {
        const auto end = line.find(line[begin - 1], begin);
        return end == std::string_view::npos ? line.size() : end;
    }
    auto end = begin;
    while (end < line.size() && !ends_value(line[end])) {
        ++end;
    }
    return end;
}

std::optional<Span> value_after(std::string_view line, std::string_view word, std::size_t at) {
    auto begin = at;
    while (begin > 0 && is_letter_of_name(line[begin - 1])) {
        --begin;
    }
    auto end = at + word.size();
    while (end < line.size() && is_letter_of_name(line[end])) {
        ++end;
    }
    const auto value = begin_of_value(line, word, line.substr(begin).starts_with("--"), end);
    if (value == std::string_view::npos || value >= line.size()) {
        return std::nullopt;
    }
    const Span span{value, end_of_value(line, value)};
    if (is_harmless(line.substr(span.begin, span.end - span.begin))) {
        return std::nullopt;
    }
    return span;
}

std::size_t length_of(std::string_view line, std::size_t at, std::string_view more) {
    auto end = at;
    while (end < line.size() && (std::isalnum(static_cast<unsigned char>(line[end])) != 0 ||
                                 more.find(line[end]) != std::string_view::npos)) {
        ++end;
    }
    return end - at;
}

/// Returns the token around a dot: six characters, a dot, sixteen.
std::optional<Span> bootstrap_token_at(std::string_view line, std::size_t dot) {
    constexpr std::size_t id = 6;
    constexpr std::size_t secret = 16;
    if (dot < id || line.size() < dot + 1 + secret) {
        return std::nullopt;
    }
    const auto is_inside = [&](std::size_t at) {
        return std::isalnum(static_cast<unsigned char>(line[at])) != 0;
    };
    const bool begins = dot == id || !is_inside(dot - id - 1);
    const bool ends = line.size() == dot + 1 + secret || !is_inside(dot + 1 + secret);
    if (begins && ends && is_alphanumeric(line.substr(dot - id, id)) &&
        is_alphanumeric(line.substr(dot + 1, secret))) {
        return Span{dot + 1, dot + 1 + secret}; // the ID alone is no secret
    }
    return std::nullopt;
}

} // namespace

bool is_secret_name(std::string_view name) {
    const auto text = lower(name);
    return std::ranges::any_of(
        secret_words, [&](const char* word) { return text.find(word) != std::string::npos; });
}

std::optional<Span> find_named_secret(std::string_view line, std::size_t from) {
    const auto text = lower(line);
    std::optional<Span> first;
    for (const std::string_view word : secret_words) {
        for (auto at = text.find(word, from); at != std::string::npos;
             at = text.find(word, at + 1)) {
            const auto span = value_after(line, word, at);
            if (span && span->begin >= from) {
                first = !first || span->begin < first->begin ? *span : *first;
                break;
            }
        }
    }
    return first;
}

std::optional<Span> find_token(std::string_view line, std::size_t from) {
    constexpr std::size_t least_jwt = 40;
    constexpr std::size_t cloud_key = 20;
    for (auto at = from; at < line.size(); ++at) {
        if (line[at] == '.') {
            if (const auto token = bootstrap_token_at(line, at); token && token->begin > from) {
                return token;
            }
        }
        const auto rest = line.substr(at);
        if (rest.starts_with("eyJ")) {
            const auto length = length_of(line, at, "._-");
            if (length >= least_jwt) {
                return Span{at, at + length};
            }
        }
        if ((rest.starts_with("AKIA") || rest.starts_with("ASIA")) &&
            length_of(line, at, "") == cloud_key) {
            return Span{at, at + cloud_key};
        }
    }
    return std::nullopt;
}

std::optional<Span> find_url_password(std::string_view line, std::size_t from) {
    for (auto at = line.find("://", from); at != std::string_view::npos;
         at = line.find("://", at + 3)) {
        const auto begin = at + 3;
        const auto end = std::min(line.find_first_of("/ \t\"'", begin), line.size());
        const auto sign = line.substr(begin, end - begin).rfind('@');
        if (sign != std::string_view::npos && sign > 0) {
            return Span{begin, begin + sign};
        }
    }
    return std::nullopt;
}

} // namespace k8s_node
