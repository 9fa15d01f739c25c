#include "model/diagnostic.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "support/text.hpp"

namespace k8s_node {

namespace {

/// The columns shown of a long line, about the width of a terminal.
constexpr std::size_t shown_columns = 160;
/// Nobody reads more than that at once.
constexpr std::size_t shown_diagnostics = 100;

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

std::string source_line(const Position& at) {
    const auto lines = split_lines(at.source->text);
    const auto index = static_cast<std::size_t>(at.line) - 1;
    auto line = at.line >= 1 && index < lines.size() ? lines[index] : std::string();
    // Control characters must not reach the terminal.
    std::replace_if(
        line.begin(), line.end(),
        [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }, ' ');
    return line;
}

/// The part of `line` around byte `at` that fits, and `at` counted in it.
std::string clip(std::string line, std::size_t& at) {
    if (line.size() <= shown_columns) {
        return line;
    }
    auto start = at < shown_columns / 2 ? 0 : std::min(at, line.size()) - shown_columns / 2;
    while (start < line.size() && continues_character(line[start])) {
        ++start;
    }
    auto end = std::min(start + shown_columns, line.size());
    while (end < line.size() && continues_character(line[end])) {
        ++end;
    }
    at -= start;
    return line.substr(start, end - start);
}

/// The line and a caret below it; tabs are kept so that the caret lines up.
std::string excerpt(const Position& at) {
    auto before_caret = static_cast<std::size_t>(std::max(at.column, 1)) - 1;
    const auto line = clip(source_line(at), before_caret);
    const auto number = std::to_string(at.line);
    std::string caret;
    for (std::size_t i = 0; i < before_caret; ++i) {
        if (i >= line.size() || !continues_character(line[i])) {
            caret += i < line.size() && line[i] == '\t' ? '\t' : ' ';
        }
    }
    const std::string gutter(number.size(), ' ');
    return "  " + number + " | " + line + "\n  " + gutter + " | " + caret + "^";
}

/// Sorts by place, files in the order of their first mention, and removes duplicates.
std::vector<Diagnostic> in_order(std::vector<Diagnostic> diagnostics) {
    std::vector<std::string> files;
    const auto rank = [&](const Diagnostic& diagnostic) {
        const auto name = diagnostic.at.source ? diagnostic.at.source->name : std::string();
        const auto found = std::find(files.begin(), files.end(), name);
        return std::tuple(found - files.begin(), diagnostic.at.line, diagnostic.at.column);
    };
    for (const auto& diagnostic : diagnostics) {
        if (static_cast<std::size_t>(std::get<0>(rank(diagnostic))) == files.size()) {
            files.push_back(diagnostic.at.source ? diagnostic.at.source->name : std::string());
        }
    }
    std::stable_sort(diagnostics.begin(), diagnostics.end(),
                     [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    const auto same = [&](const auto& a, const auto& b) {
        return rank(a) == rank(b) && a.message == b.message;
    };
    diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), same), diagnostics.end());
    return diagnostics;
}

/// Makes one line of a message, whatever text it quotes.
std::string one_line(std::string text) {
    text = replace_all(text, "\n", "\\n");
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return text;
}

std::string summary(const std::vector<Diagnostic>& diagnostics) {
    std::string text;
    const auto shown = std::min(diagnostics.size(), shown_diagnostics);
    for (std::size_t i = 0; i < shown; ++i) {
        text += i == 0 ? "" : "\n";
        text += diagnostics[i].text();
    }
    if (diagnostics.size() > shown) {
        text += "\nand " + std::to_string(diagnostics.size() - shown) + " more";
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

Position Position::of(std::string_view needle) const {
    if (!source || line == 0) {
        return *this;
    }
    const std::string_view text = source->text;
    std::size_t start = 0;
    for (int i = 1; i < line && start != std::string_view::npos; ++i) {
        start = text.find('\n', start);
        start += start == std::string_view::npos ? 0 : 1;
    }
    const auto from = start == std::string_view::npos
                          ? start
                          : start + static_cast<std::size_t>(std::max(column, 1)) - 1;
    const auto found = from >= text.size() ? std::string_view::npos : text.find(needle, from);
    if (found == std::string_view::npos) {
        return *this;
    }
    const auto before = text.substr(0, found);
    const auto line_start = before.rfind('\n'); // npos + 1 is 0: the first line
    return {source, 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
            static_cast<int>(found - (line_start + 1)) + 1};
}

std::string Diagnostic::text() const {
    std::string out =
        (at.source ? at.text() + ": " : std::string()) + "error: " + one_line(message);
    if (!hint.empty()) {
        out += " (" + one_line(hint) + ")";
    }
    if (at.source && at.line > 0) {
        out += "\n" + excerpt(at);
    }
    return out;
}

ConfigurationError::ConfigurationError(std::vector<Diagnostic> diagnostics)
    : ConfigurationError(InOrder{in_order(std::move(diagnostics))}) {}

ConfigurationError::ConfigurationError(InOrder diagnostics)
    : Error(summary(diagnostics.all), ExitStatus::configuration),
      diagnostics_(std::move(diagnostics.all)) {}

void Diagnostics::add(Position at, std::string message, std::string hint) {
    all_.push_back({std::move(at), std::move(message), std::move(hint)});
}

void Diagnostics::append(Diagnostics more) {
    all_.insert(all_.end(), std::make_move_iterator(more.all_.begin()),
                std::make_move_iterator(more.all_.end()));
    cut_short_ = cut_short_ || more.cut_short_;
}

void Diagnostics::throw_if_any() const {
    if (!all_.empty()) {
        throw ConfigurationError(all_);
    }
}

} // namespace k8s_node
