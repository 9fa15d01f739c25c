// A unit file or drop-in as a value: sections and lines in order.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "unit/value.hpp"

namespace k8s_node::unit {

/// "# text"; a line of its own.
struct Comment {
    std::string text;
    bool operator==(const Comment&) const = default;
};

/// "key=value", the value as it is in the file. A line end in it stands for a backslash at the
/// end of a continued line; systemd reads a blank there.
struct Setting {
    std::string key;
    std::string value;
    bool operator==(const Setting&) const = default;
};

using Line = std::variant<Comment, Setting>;

struct Section {
    std::string name;
    std::vector<Line> lines;
    bool operator==(const Section&) const = default;
};

/// Sections appear once, in the order in which they were first named: like systemd, this merges
/// repeated ones.
class UnitFile {
public:
    /// Adds a comment before the first section, one line for each line of text.
    UnitFile& header(std::string_view text);

    /// Adds a comment to a section.
    UnitFile& comment(std::string_view section, std::string_view text);

    /// Adds a setting to a section; a key may be repeated. Throws Error for a section or key that
    /// systemd would not read as one, and for a line longer than systemd accepts.
    UnitFile& add(std::string_view section, std::string_view key, const Value& value);

    /// Returns the values of a key in order, as they are in the file.
    [[nodiscard]] std::vector<std::string> values(std::string_view section,
                                                  std::string_view key) const;

    /// Returns the text of the file. parse(write()) gives an equal model.
    [[nodiscard]] std::string write() const;

    /// Reads a unit file as systemd does, but keeps line continuations; blank lines are dropped.
    /// `path` is for messages. Throws Error with path and line where systemd would only warn and
    /// ignore the line.
    [[nodiscard]] static UnitFile parse(std::string_view text, std::string_view path);

    bool operator==(const UnitFile&) const = default;

private:
    friend class Parser;
    Section& section(std::string_view name);

    std::vector<Comment> header_;
    std::vector<Section> sections_;
};

} // namespace k8s_node::unit
