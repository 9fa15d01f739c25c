// A unit file or drop-in as a value: sections and lines in their order.
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

/// "key=value", the value as it stands in the file. A line end in it is where
/// the line ends in a backslash and is continued; systemd reads a blank there.
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

/// Sections appear in the order in which they were first named, and once:
/// systemd merges repeated ones, so this does too.
class UnitFile {
public:
    /// Adds a comment before the first section, a line for each line of text.
    UnitFile& header(std::string_view text);

    /// Adds a comment to a section.
    UnitFile& comment(std::string_view section, std::string_view text);

    /// Adds a setting to a section; the same key may come again. Throws Error
    /// for a section or key that would not be read as one, and for a line
    /// longer than systemd reads.
    UnitFile& add(std::string_view section, std::string_view key, const Value& value);

    /// The values of a key in their order, as they stand in the file.
    [[nodiscard]] std::vector<std::string> values(std::string_view section,
                                                  std::string_view key) const;

    [[nodiscard]] const std::vector<Section>& sections() const noexcept { return sections_; }

    /// The file. parse(write()) gives an equal model.
    [[nodiscard]] std::string write() const;

    /// Reads a unit file as systemd does, but keeps the places where a line is
    /// continued; blank lines are dropped. `path` is for messages. Throws Error with path and line
    /// for what systemd would only warn about and ignore.
    [[nodiscard]] static UnitFile parse(std::string_view text, std::string_view path);

    bool operator==(const UnitFile&) const = default;

private:
    friend class Parser;
    Section& section(std::string_view name);

    std::vector<Comment> header_;
    std::vector<Section> sections_;
};

} // namespace k8s_node::unit
