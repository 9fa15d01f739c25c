#include "explaining/redaction.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "explaining/secret_forms.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t least_secret = 6;
constexpr std::string_view key_begin = "-----BEGIN ";
constexpr std::string_view key_end = "-----END ";
constexpr std::string_view private_key = "PRIVATE KEY";

/// Replaces what a function finds, again and again, until it finds no more.
template <typename Find>
std::string replaced(std::string line, Find find) {
    std::size_t from = 0;
    while (const auto span = find(std::string_view(line), from)) {
        line.replace(span->begin, span->end - span->begin, redacted);
        from = span->begin + std::string_view(redacted).size();
    }
    return line;
}

std::size_t indent_of(std::string_view line) {
    const auto at = line.find_first_not_of(' ');
    return at == std::string_view::npos ? line.size() : at;
}

/// Returns what follows `name:` (or `"name":`) in a line, if `name` is a whole word there; npos if
/// it is not in it.
std::size_t end_of_key(std::string_view line, std::string_view name) {
    for (auto at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
        auto end = at + name.size();
        while (end < line.size() && (line[end] == '"' || line[end] == '\\')) {
            ++end;
        }
        const bool begins =
            at == 0 || std::string_view(" \t{,\"'").find(line[at - 1]) != std::string_view::npos;
        if (begins && end < line.size() && line[end] == ':') {
            return end + 1;
        }
    }
    return std::string_view::npos;
}

/// Returns where the environment begins that a line opens; npos if it opens none.
std::size_t opened_environment(std::string_view line) {
    for (const std::string_view name : {"environment", "env", "Environment"}) {
        if (const auto end = end_of_key(line, name); end != std::string_view::npos) {
            return end;
        }
    }
    return std::string_view::npos;
}

/// True for the key of a secret whose text is in the lines below: "password: |".
bool opens_secret(std::string_view line) {
    const auto colon = line.find(':');
    const auto rest = colon == std::string_view::npos ? "" : trim(line.substr(colon + 1));
    return (rest.starts_with('|') || rest.starts_with('>')) &&
           is_secret_name(line.substr(0, colon));
}

/// Returns where a line tells an environment, which may be in a difference ("+Environment=…") or a
/// name of a setting ("x.services.y.environment.Z  value"); npos if it does not.
std::size_t environment_in(std::string_view line) {
    if (const auto at = line.find("Environment="); at != std::string_view::npos) {
        return at + std::string_view("Environment=").size();
    }
    if (const auto at = line.find(".environment."); at != std::string_view::npos) {
        const auto blank = line.find_first_of(" \t:=", at);
        return blank == std::string_view::npos ? blank : blank + 1;
    }
    return std::string_view::npos;
}

/// Reads a text line by line and remembers in which block it is.
class Lines {
public:
    [[nodiscard]] std::string next(const std::string& line) {
        if (is_in_key_) {
            is_in_key_ = line.find(key_end) == std::string::npos;
            return {};
        }
        if (const auto begin = line.find(key_begin);
            begin != std::string::npos && line.find(private_key, begin) != std::string::npos) {
            const auto end = line.find(key_end, begin);
            is_in_key_ = end == std::string::npos;
            return plain(line.substr(0, begin)) + redacted +
                   (is_in_key_ ? "" : rest_after_key(line, end));
        }
        return in_block(line);
    }

private:
    static std::string rest_after_key(const std::string& line, std::size_t end) {
        const auto after = line.find("-----", end + key_end.size());
        return after == std::string::npos ? "" : Lines().next(line.substr(after + 5));
    }

    static std::string plain(std::string line) {
        line = replaced(std::move(line), find_url_password);
        line = replaced(std::move(line), find_token);
        return replaced(std::move(line), find_named_secret);
    }

    std::string in_block(const std::string& line) {
        if (is_in_block_ && !trim(line).empty() && indent_of(line) <= indent_ &&
            !(indent_of(line) == indent_ && trim(line).starts_with("- "))) {
            is_in_block_ = false;
        }
        if (is_in_block_) {
            return value_taken_out(line);
        }
        const auto opened = opened_environment(line);
        if (opened != std::string_view::npos || opens_secret(line)) {
            is_in_block_ = true;
            indent_ = indent_of(line);
            const auto rest = trim(std::string_view(line).substr(std::min(opened, line.size())));
            return rest.empty() ? line : line.substr(0, opened) + " " + redacted;
        }
        const auto environment = environment_in(line);
        return environment == std::string_view::npos ? plain(line)
                                                     : line.substr(0, environment) + redacted;
    }

    static std::string value_taken_out(const std::string& line) {
        const auto at = line.find_first_of(":=");
        return at == std::string::npos ? std::string(indent_of(line), ' ') + redacted
                                       : line.substr(0, at + 1) + " " + redacted;
    }

    bool is_in_key_ = false;
    bool is_in_block_ = false;
    std::size_t indent_ = 0;
};

bool names_environment(const std::string& key) {
    return key == "environment" || key == "env" || key == "Environment" ||
           key.find(".environment.") != std::string::npos || key.ends_with(".environment");
}

} // namespace

std::vector<std::string> secrets_of(std::string_view text) {
    std::vector<std::string> secrets;
    bool is_in_key = false;
    for (const auto& line : split_lines(text)) {
        if (line.find(key_begin) != std::string::npos) {
            is_in_key = line.find(private_key) != std::string::npos;
            continue;
        }
        if (line.find(key_end) != std::string::npos) {
            is_in_key = false;
            continue;
        }
        if (is_in_key) {
            secrets.emplace_back(trim(line));
            continue;
        }
        std::size_t from = 0;
        while (const auto span = find_named_secret(line, from)) {
            secrets.push_back(line.substr(span->begin, span->end - span->begin));
            from = span->end;
        }
    }
    return secrets;
}

std::vector<std::string> values_of_environment(std::string_view text) {
    std::vector<std::string> values;
    for (const auto& line : split_lines(text)) {
        const auto at = line.find('=');
        if (at != std::string::npos && !trim(line).starts_with("#")) {
            values.push_back(replace_all(trim(line.substr(at + 1)), "\"", ""));
        }
    }
    return values;
}

Redaction::Redaction(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
    std::erase_if(secrets_, [](const auto& one) { return one.size() < least_secret; });
    std::ranges::sort(secrets_, [](const auto& one, const auto& other) {
        return one.size() != other.size() ? one.size() > other.size() : one < other;
    });
    secrets_.erase(std::unique(secrets_.begin(), secrets_.end()), secrets_.end());
}

std::string Redaction::without_known(std::string text) const {
    for (const auto& secret : secrets_) {
        if (text.find(secret) != std::string::npos) {
            text = replace_all(text, secret, redacted);
        }
    }
    return text;
}

std::string Redaction::text(std::string_view text) const {
    Lines lines;
    std::string out;
    for (const auto& line : split_lines(without_known(std::string(text)))) {
        out += lines.next(line) + "\n";
    }
    if (!text.ends_with('\n') && !out.empty()) {
        out.pop_back();
    }
    return out;
}

Json Redaction::json(const Json& document) const {
    if (document.is_string()) {
        return text(document.get_ref<const std::string&>());
    }
    if (!document.is_structured()) {
        return document;
    }
    Json out = document.is_array() ? Json::array() : Json::object();
    for (const auto& [key, value] : document.items()) {
        if (document.is_array()) {
            out.push_back(json(value));
            continue;
        }
        const bool is_secret = is_secret_name(key) && value.is_string();
        const auto name = text(key);
        out[name] = names_environment(key) || is_secret ? Json(redacted) : json(value);
    }
    return out;
}

std::string Redaction::either(std::string_view text) const {
    if (text.starts_with('{') || text.starts_with('[')) {
        const auto document = Json::parse(text, nullptr, false);
        if (!document.is_discarded()) {
            return json(document).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
        }
    }
    return this->text(text);
}

} // namespace k8s_node
