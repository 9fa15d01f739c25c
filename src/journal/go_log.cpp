#include "journal/go_log.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <nlohmann/json.hpp>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t longest_reason = 400;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

LogWeight weight_of(std::string_view level) {
    std::string word(level);
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
    if (word == "fatal" || word == "panic" || word == "dpanic" || word == "critical") {
        return LogWeight::fatal;
    }
    return word == "error" ? LogWeight::error : LogWeight::other;
}

/// Returns "message: error", or the message alone if it already contains the error.
std::string joined(std::string message, std::string_view error) {
    if (error.empty() || message.find(error) != std::string::npos) {
        return message;
    }
    return message.empty() ? std::string(error) : message + ": " + std::string(error);
}

/// Returns the text of the Go string literal at the start of `text`.
std::string unquoted(std::string_view text) {
    std::string out;
    for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
            out += text[i] == 'n' || text[i] == 't' ? ' ' : text[i];
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Returns the value of `key=value` or `key="value"` in a line of such pairs.
std::string pair_value(std::string_view line, std::string_view key) {
    const auto word = " " + std::string(key) + "=";
    const auto at = line.find(word);
    if (at == std::string_view::npos) {
        return line.starts_with(std::string_view(word).substr(1))
                   ? pair_value(" " + std::string(line), key)
                   : std::string();
    }
    const auto value = line.substr(at + word.size());
    return value.starts_with('"') ? unquoted(value) : std::string(value.substr(0, value.find(' ')));
}

/// Parses "E1126 12:00:00.123456    1 file.go:12] message" and, from structured calls, `"message"
/// err="error" key="value"`.
std::optional<LogLine> read_klog(std::string_view line) {
    constexpr std::string_view levels = "IWEF";
    const bool has_head = line.size() > 5 && levels.find(line[0]) != std::string_view::npos &&
                          std::all_of(line.begin() + 1, line.begin() + 5, is_digit) &&
                          line[5] == ' ';
    const auto end = line.find("] ");
    if (!has_head || end == std::string_view::npos) {
        return std::nullopt;
    }
    const auto weight = line[0] == 'F'   ? LogWeight::fatal
                        : line[0] == 'E' ? LogWeight::error
                                         : LogWeight::other;
    const auto message = line.substr(end + 2);
    return LogLine{weight, message.starts_with('"')
                               ? joined(unquoted(message), pair_value(message, "err"))
                               : std::string(message)};
}

std::string text_of(const nlohmann::json& object, std::initializer_list<const char*> names) {
    for (const auto* name : names) {
        const auto found = object.find(name);
        if (found != object.end() && found->is_string()) {
            return found->get<std::string>();
        }
    }
    return {};
}

std::optional<LogLine> read_json(std::string_view line) {
    if (!line.starts_with('{')) {
        return std::nullopt;
    }
    const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) {
        return std::nullopt;
    }
    const auto level = text_of(object, {"level", "severity"});
    const auto error = text_of(object, {"error", "err"});
    // klog's JSON has no level: entries with an error are errors.
    const auto weight = level.empty() && !error.empty() ? LogWeight::error : weight_of(level);
    return LogLine{weight, joined(text_of(object, {"msg", "message"}), error)};
}

std::optional<LogLine> read_logfmt(std::string_view line) {
    const auto level = line.starts_with("time=") || line.starts_with("level=")
                           ? pair_value(line, "level")
                           : std::string();
    if (level.empty()) {
        return std::nullopt;
    }
    auto error = pair_value(line, "error");
    return LogLine{weight_of(level), joined(pair_value(line, "msg"),
                                            error.empty() ? pair_value(line, "err") : error)};
}

LogLine read_plain(std::string_view line) {
    constexpr std::array<std::string_view, 2> crashes = {"panic: ", "fatal error: "};
    constexpr std::array<std::string_view, 2> prefixes = {"Error: ", "error: "};
    if (std::ranges::any_of(crashes, [&](auto word) { return line.starts_with(word); })) {
        return {LogWeight::fatal, std::string(line)};
    }
    for (const auto prefix : prefixes) {
        if (line.starts_with(prefix)) {
            return {prefix.front() == 'E' ? LogWeight::fatal : LogWeight::error,
                    std::string(line.substr(prefix.size()))};
        }
    }
    if (line.starts_with("flag provided but not defined")) {
        return {LogWeight::fatal, std::string(line)};
    }
    return {};
}

std::string shortened(std::string_view text) {
    return text.size() <= longest_reason ? std::string(text)
                                         : std::string(text.substr(0, longest_reason)) + "…";
}

/// True if the line ends with the arguments of a stack frame: "(0x1, {0x2, 0x3})", "(...)", "()".
bool has_stack_arguments(std::string_view message) {
    return message.ends_with("()") || message.ends_with("(...)") ||
           message.find("0x") != std::string_view::npos;
}

} // namespace

LogLine read_log_line(std::string_view message) {
    auto line = read_klog(message);
    if (!line) {
        line = read_json(message);
    }
    if (!line) {
        line = read_logfmt(message);
    }
    auto known = line ? std::move(*line) : read_plain(message);
    return known.weight == LogWeight::other || known.text.empty()
               ? LogLine{}
               : LogLine{known.weight, shortened(known.text)};
}

bool is_go_stack_line(std::string_view message) {
    if (message.empty() || message.front() == '\t' || message.starts_with("created by ") ||
        message.starts_with("runtime.") || message.starts_with("main.main(") ||
        message.starts_with("[signal SIG")) {
        return true;
    }
    if (message.starts_with("goroutine ")) {
        return message.ends_with("]:");
    }
    // "k8s.io/x/y.(*T).f(0x1, {0x2, 0x3})": a qualified name, then arguments; on top of every
    // panic also "panic({0x1, 0x2})".
    const auto blank = message.find(' ');
    const auto name = message.substr(0, message.find('('));
    const bool is_call = message.ends_with(')') && !name.empty() && name.size() < message.size() &&
                         (blank == std::string_view::npos || blank > name.size());
    if (!is_call) {
        return false;
    }
    const bool is_path = name.find('/') != std::string_view::npos;
    const bool is_qualified = name.find('.') != std::string_view::npos;
    return (is_qualified && is_path) ||
           ((is_qualified || name == "panic") && has_stack_arguments(message));
}

bool is_usage_line(std::string_view message) {
    return message.starts_with("  ") || message == "Usage:" || message == "Flags:" ||
           message.ends_with(" flags:") || message.ends_with(" Flags:");
}

void FailureReason::see(std::string_view message) {
    auto line = read_log_line(message);
    if (line.weight > best_.weight) {
        best_ = std::move(line);
    }
}

} // namespace k8s_node
