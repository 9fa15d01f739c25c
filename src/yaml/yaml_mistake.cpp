#include "yaml/yaml_mistake.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "support/text.hpp"

namespace k8s_node {

namespace {

struct Open {
    char sign;
    std::size_t byte;
};

/// Follows quotes and brackets through a text, without comments and block
/// scalars.
class Brackets {
public:
    Brackets(const std::string& text, std::size_t gave_up) : text_(text), gave_up_(gave_up) {
        std::size_t start = 0;
        while (start <= text.size()) {
            const auto end = std::min(text.find('\n', start), text.size());
            line(start, end);
            start = end + 1;
        }
    }

    /// Returns the bracket or quote that was opened and never closed, as far as the parser's
    /// error shows.
    [[nodiscard]] std::optional<Open> culprit() const {
        return quote_ ? quote_ : mismatch_ ? mismatch_ : spanning_ ? spanning_ : last_open();
    }

private:
    [[nodiscard]] std::optional<Open> last_open() const {
        return open_.empty() ? std::nullopt : std::optional(open_.back());
    }

    void line(std::size_t start, std::size_t end) {
        const auto content = std::min(text_.find_first_not_of(' ', start), end);
        const bool blank = content == end;
        if (block_indent_ && (blank || content - start > *block_indent_)) {
            return;
        }
        block_indent_.reset();
        at_value_ = true;
        for (auto at = content; at < end; ++at) {
            if (text_[at] == '#' && !quote_ && (at == start || text_[at - 1] == ' ')) {
                end = at;
                break;
            }
            at = quote_ ? in_quote(at) : outside(at);
        }
        const auto before = trim(std::string_view(text_).substr(content, end - content));
        const auto last = before.substr(before.find_last_of(' ') + 1);
        if (!quote_ && open_.empty() && last.size() <= 3 &&
            (last.starts_with('|') || last.starts_with('>'))) {
            block_indent_ = content - start;
        }
    }

    /// Returns the last byte that it has read.
    std::size_t in_quote(std::size_t at) {
        if (quote_->sign == '"' && text_[at] == '\\') {
            return at + 1;
        }
        if (text_[at] != quote_->sign) {
            return at;
        }
        if (quote_->sign == '\'' && at + 1 < text_.size() && text_[at + 1] == '\'') {
            return at + 1;
        }
        const auto inside = std::string_view(text_).substr(quote_->byte, at - quote_->byte);
        if (inside.find('\n') != std::string_view::npos && line_of(at) == line_of(gave_up_)) {
            spanning_ = quote_;
        }
        quote_.reset();
        at_value_ = false;
        return at;
    }

    std::size_t outside(std::size_t at) {
        const char c = text_[at];
        const bool blank_before = at == 0 || text_[at - 1] == ' ' || text_[at - 1] == '\n';
        const bool flow = !open_.empty();
        if ((c == '"' || c == '\'') && at_value_) {
            quote_ = Open{c, at};
        } else if ((c == '[' || c == '{') && (flow || at_value_)) {
            open_.push_back({c, at});
        } else if ((c == ']' || c == '}') && flow) {
            const bool matches = open_.back().sign == (c == ']' ? '[' : '{');
            mismatch_ = matches || mismatch_ ? mismatch_ : last_open();
            open_.pop_back();
        }
        const bool entry = (c == '-' || c == '?') && at_value_ && blank_before;
        if (entry || c == ':' || c == ',' || c == '[' || c == '{') {
            at_value_ = true;
        } else if (c != ' ') {
            at_value_ = false;
        }
        return at;
    }

    [[nodiscard]] std::ptrdiff_t line_of(std::size_t byte) const {
        const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text_.size()));
        return std::count(text_.begin(), end, '\n');
    }

    const std::string& text_;
    std::size_t gave_up_;
    std::vector<Open> open_;
    std::optional<Open> quote_;
    std::optional<Open> mismatch_; ///< a bracket closed by another kind
    std::optional<Open> spanning_; ///< a quote that ends on a later line, where the parser gave up
    std::optional<std::size_t> block_indent_;
    bool at_value_ = true;
};

/// Returns a tab in the indentation of the line where the parser gave up or of a line next to it.
std::optional<std::size_t> tab_in_indentation(const std::string& text, std::size_t byte) {
    auto start = text.rfind('\n', byte == 0 ? 0 : byte - 1);
    start = start == std::string::npos ? 0 : start + 1;
    std::vector<std::size_t> starts = {start};
    if (start > 0) {
        const auto before = text.rfind('\n', start - 2 < start ? start - 2 : 0);
        starts.push_back(before == std::string::npos ? 0 : before + 1);
    }
    if (const auto next = text.find('\n', start); next != std::string::npos) {
        starts.push_back(next + 1);
    }
    for (const auto line : starts) {
        const auto first = std::min(text.find_first_not_of(' ', line), text.size());
        if (first < text.size() && text[first] == '\t') {
            return first;
        }
    }
    return std::nullopt;
}

struct Saying {
    std::string_view parsers;
    const char* message;
    const char* hint;
};

constexpr std::array<Saying, 11> sayings = {{
    {"end of map not found", "the indentation matches no line above",
     "all entries of a map start in the same column"},
    {"end of sequence not found", "the indentation matches no line above",
     "all items of a list start in the same column"},
    {"illegal map value", "a second ': ' in one entry",
     "quote the text that holds it, or put the entry on a line of its own"},
    {"illegal block entry", "a list cannot start here", "put '- ' on a line of its own"},
    {"illegal map key", "a key cannot start here", "put it on a line of its own"},
    {"end of map flow not found", "'{' is not closed", "add '}'"},
    {"end of sequence flow not found", "'[' is not closed", "add ']'"},
    {"unknown token", "a value cannot start with this character", "quote it"},
    {"invalid unicode", "the text contains an invalid Unicode character", ""},
    {"unknown escape character", "an escape that YAML does not know",
     "write \\\\ for a backslash, or use single quotes"},
    {"illegal character in scalar", "this character is not allowed here", "quote the text"},
}};

} // namespace

bool is_quote_closed(const std::string& text, std::size_t byte) {
    const char sign = text[byte];
    for (auto at = byte + 1; at < text.size(); ++at) {
        const bool escape = sign == '"' && text[at] == '\\';
        const bool doubled = sign == '\'' && text.compare(at, 2, "''") == 0;
        if (escape || doubled) {
            ++at;
        } else if (text[at] == sign) {
            return true;
        }
    }
    return false;
}

YamlMistake explain_yaml(const std::string& text, std::size_t byte, const std::string& error) {
    if (error.starts_with(too_deep)) {
        return {byte, error, ""};
    }
    if (const auto tab = tab_in_indentation(text, byte)) {
        return {*tab, "a tab in the indentation", "indent with spaces"};
    }
    if (const auto open = Brackets(text, byte).culprit()) {
        const bool quote = open->sign == '"' || open->sign == '\'';
        const char closing = open->sign == '[' ? ']' : open->sign == '{' ? '}' : open->sign;
        return {open->byte,
                quote ? "the quote is not closed"
                      : "'" + std::string(1, open->sign) + "' is not closed",
                quote ? "end the text with the same quote character, " + std::string(1, closing)
                      : "add '" + std::string(1, closing) + "'"};
    }
    for (const auto& saying : sayings) {
        if (error.find(saying.parsers) != std::string::npos) {
            return {byte, saying.message, saying.hint};
        }
    }
    return {byte, error, ""};
}

} // namespace k8s_node
