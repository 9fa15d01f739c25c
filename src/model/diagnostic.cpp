#include "model/diagnostic.hpp"

#include <algorithm>

#include "support/text.hpp"

namespace k8s_node {

namespace {

std::string source_line(const Position& at) {
    const auto lines = split_lines(at.source->text);
    const auto index = static_cast<std::size_t>(at.line) - 1;
    auto line = at.line >= 1 && index < lines.size() ? lines[index] : std::string();
    // What is shown on a terminal must not drive it.
    std::replace_if(
        line.begin(), line.end(),
        [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }, ' ');
    return line;
}

/// The line and a caret below it; tabs are kept so that the caret lines up.
std::string excerpt(const Position& at) {
    const auto line = source_line(at);
    const auto number = std::to_string(at.line);
    std::string caret;
    for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(at.column); ++i) {
        caret += i < line.size() && line[i] == '\t' ? '\t' : ' ';
    }
    const std::string gutter(number.size(), ' ');
    return "  " + number + " | " + line + "\n  " + gutter + " | " + caret + "^";
}

std::string summary(const std::vector<Diagnostic>& diagnostics) {
    std::string text;
    for (const auto& diagnostic : diagnostics) {
        text += text.empty() ? "" : "\n";
        text += diagnostic.text();
    }
    return text;
}

} // namespace

std::string Position::text() const {
    if (!source) {
        return "this machine";
    }
    if (line == 0) {
        return source->name;
    }
    return source->name + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string Position::layer() const {
    return source ? source->layer : "host fact";
}

std::string Diagnostic::text() const {
    std::string out = at.text() + ": error: " + message;
    if (!hint.empty()) {
        out += " (" + hint + ")";
    }
    if (at.source && at.line > 0) {
        out += "\n" + excerpt(at);
    }
    return out;
}

ConfigurationError::ConfigurationError(std::vector<Diagnostic> diagnostics)
    : Error(summary(diagnostics), ExitStatus::configuration), diagnostics_(std::move(diagnostics)) {
}

void Diagnostics::add(Position at, std::string message, std::string hint) {
    all_.push_back({std::move(at), std::move(message), std::move(hint)});
}

void Diagnostics::throw_if_any() const {
    if (!all_.empty()) {
        throw ConfigurationError(all_);
    }
}

} // namespace k8s_node
