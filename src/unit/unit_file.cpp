#include "unit/unit_file.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/utf8.hpp"

namespace k8s_node::unit {

namespace {

/// LONG_LINE_MAX of systemd.
constexpr std::size_t line_limit = 1024UL * 1024;

constexpr std::string_view blanks = " \t\n\r";

bool is_key(std::string_view key) {
    return !key.empty() && std::ranges::all_of(key, [](char character) {
        return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
               (character >= 'a' && character <= 'z') || character == '-';
    });
}

bool is_section_name(std::string_view name) {
    return !name.empty() && is_valid_utf8(name) && std::ranges::all_of(name, [](char character) {
        return static_cast<unsigned char>(character) >= 0x20 && character != '[' &&
               character != ']' && character != 0x7f;
    });
}

/// Splits a comment into lines. "\r" ends a line for systemd, so text after it would no longer be
/// part of the comment.
std::vector<Comment> comment_lines(std::string_view text) {
    if (text.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos) {
        throw Error("cannot write a comment with a carriage return or NUL into a unit file");
    }
    std::vector<Comment> comments;
    for (auto& line : split(text, '\n')) {
        comments.push_back({std::move(line)});
    }
    return comments;
}

/// True if the line ends in a backslash that no backslash before it escapes.
bool ends_in_backslash(std::string_view line) {
    bool escaped = false;
    for (const char character : line) {
        escaped = !escaped && character == '\\';
    }
    return escaped;
}

void append_line(std::string& out, const Comment& comment) {
    out += comment.text.empty() ? "#" : "# " + comment.text;
    out += '\n';
}

void append_line(std::string& out, const Setting& setting) {
    out += setting.key + '=' + replace_all(setting.value, "\n", "\\\n");
    // systemd drops this blank, which keeps the backslash from joining the next line.
    out += ends_in_backslash(setting.value) ? " \n" : "\n";
}

/// Takes the next line off `text`; "\n", "\r\n" and "\r" end one.
std::string_view take_line(std::string_view& text) {
    const auto end = text.find_first_of("\r\n");
    const auto line = text.substr(0, end);
    const bool two = text.substr(std::min(end, text.size())).starts_with("\r\n");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + (two ? 2 : 1));
    return line;
}

} // namespace

UnitFile& UnitFile::header(std::string_view text) {
    std::ranges::move(comment_lines(text), std::back_inserter(header_));
    return *this;
}

UnitFile& UnitFile::comment(std::string_view section_name, std::string_view text) {
    std::ranges::move(comment_lines(text), std::back_inserter(section(section_name).lines));
    return *this;
}

UnitFile& UnitFile::add(std::string_view section_name, std::string_view key, const Value& value) {
    if (!is_key(key)) {
        throw Error("'" + std::string(key) + "' is not a valid key of a unit file");
    }
    if (key.size() + value.text().size() + 1 >= line_limit) {
        throw Error(std::string(key) +
                    "= is longer than the 1 MiB that systemd accepts for a line");
    }
    section(section_name).lines.emplace_back(Setting{std::string(key), value.text()});
    return *this;
}

Section& UnitFile::section(std::string_view name) {
    const auto found = std::ranges::find(sections_, name, &Section::name);
    if (found != sections_.end()) {
        return *found;
    }
    if (!is_section_name(name)) {
        throw Error("'" + std::string(name) + "' is not a valid section of a unit file");
    }
    return sections_.emplace_back(Section{std::string(name), {}});
}

std::vector<std::string> UnitFile::values(std::string_view section_name,
                                          std::string_view key) const {
    std::vector<std::string> out;
    const auto found = std::ranges::find(sections_, section_name, &Section::name);
    if (found == sections_.end()) {
        return out;
    }
    for (const auto& line : found->lines) {
        const auto* setting = std::get_if<Setting>(&line);
        if (setting != nullptr && setting->key == key) {
            out.push_back(setting->value);
        }
    }
    return out;
}

std::string UnitFile::write() const {
    std::string out;
    for (const auto& comment : header_) {
        append_line(out, comment);
    }
    for (const auto& section : sections_) {
        out += out.empty() ? "[" : "\n[";
        out += section.name + "]\n";
        for (const auto& line : section.lines) {
            std::visit([&](const auto& any) { append_line(out, any); }, line);
        }
    }
    return out;
}

/// Reads lines as systemd's config_parse() does: blank lines and comments are dropped first, even
/// inside a continued line, then lines are joined.
class Parser {
public:
    Parser(std::string_view text, std::string_view path) : text_(text), path_(path) {}

    UnitFile parse() {
        while (!text_.empty()) {
            ++number_;
            read(take_line(text_));
        }
        finish_line();
        return std::move(file_);
    }

private:
    void read(std::string_view raw) {
        const auto first = raw.find_first_not_of(blanks);
        if (first == std::string_view::npos) {
            return;
        }
        if (raw[first] == '#' || raw[first] == ';') {
            read_comment(raw.substr(first + 1));
            return;
        }
        pending_ += raw;
        if (ends_in_backslash(pending_)) {
            pending_.back() = '\n';
            return;
        }
        finish_line();
    }

    void read_comment(std::string_view text) {
        Comment comment{std::string(text.starts_with(' ') ? text.substr(1) : text)};
        if (section_.empty()) {
            file_.header_.push_back(std::move(comment));
        } else {
            file_.section(section_).lines.emplace_back(std::move(comment));
        }
    }

    void finish_line() {
        const auto joined = std::exchange(pending_, {});
        const auto line = trim(joined);
        if (line.empty()) {
            return;
        }
        if (!is_valid_utf8(line)) {
            throw broken("it is not UTF-8");
        }
        if (line.starts_with('[')) {
            read_section(replace_all(line, "\n", " "));
        } else {
            read_setting(line);
        }
    }

    void read_section(std::string_view line) {
        const auto name = line.substr(1, line.size() - 2);
        if (!line.ends_with(']') || line.size() < 2 || !is_section_name(name)) {
            throw broken("'" + std::string(line) + "' is not a valid section header");
        }
        section_ = file_.section(name).name;
    }

    void read_setting(std::string_view line) {
        const auto equals = line.find('=');
        const auto key = trim(line.substr(0, equals));
        if (equals == std::string_view::npos || !is_key(key)) {
            throw broken("expected key=value, not '" + std::string(line) + "'");
        }
        if (section_.empty()) {
            throw broken("a setting stands before the first section");
        }
        file_.section(section_).lines.emplace_back(
            Setting{std::string(key), std::string(trim(line.substr(equals + 1)))});
    }

    [[nodiscard]] Error broken(const std::string& why) const {
        return Error(std::string(path_) + ":" + std::to_string(number_) + ": " + why);
    }

    std::string_view text_;
    std::string_view path_;
    std::size_t number_ = 0;
    std::string pending_; ///< the joined part of a continued line
    std::string section_; ///< empty before the first
    UnitFile file_;
};

UnitFile UnitFile::parse(std::string_view text, std::string_view path) {
    return Parser(text, path).parse();
}

} // namespace k8s_node::unit
