// The right-hand side of a setting, constructed according to how systemd will parse it. There is
// no other way to make one, so nothing can be escaped twice or not at all.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unit/word.hpp"

namespace k8s_node::unit {

/// The special prefixes of a command, systemd.service(5).
struct CommandOptions {
    bool ignore_failure = false;  ///< "-"
    bool full_privileges = false; ///< "+"
};

/// Every constructor throws Error for text that systemd could not read back exactly: NUL, invalid
/// UTF-8, and what each of them names.
class Value {
public:
    /// Text in which specifiers are expanded (Description=, User=, LoadCredential=). Refuses line
    /// ends and blanks at either end.
    [[nodiscard]] static Value plain(const Word& text);

    /// Text in which nothing is expanded (Type=, MemoryMax=50%): written as it is. Refuses the
    /// same text as plain().
    [[nodiscard]] static Value verbatim(std::string_view text);

    /// A command line (ExecStart=) that runs argv[0] with exactly these arguments. argv[0] must
    /// be literal, a normal absolute path and free of characters that systemd cannot run: control
    /// characters, quotes, "\" and "$". A long command is continued over several lines, one for
    /// each flag.
    [[nodiscard]] static Value command(const std::vector<Word>& argv, CommandOptions options = {});

    /// One assignment for Environment=. The name must be [A-Za-z_][A-Za-z0-9_]*.
    [[nodiscard]] static Value environment(std::string_view name, const Word& value);

    /// One path (SourcePath=, WorkingDirectory=): absolute, without ".", "..",
    /// doubled or trailing "/".
    [[nodiscard]] static Value path(std::string_view path);

    /// Items separated by blanks (Documentation=, CapabilityBoundingSet=, ReadWritePaths=).
    /// Settings differ in how they read "\" and quotes, so items with these or with control
    /// characters are refused.
    [[nodiscard]] static Value list(std::span<const std::string> items);

    /// Unit names (Wants=, After=). Throws Error for an invalid one.
    [[nodiscard]] static Value units(std::span<const std::string> names);

    /// Returns the text after the "="; a line end in it is a line continuation.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    bool operator==(const Value&) const = default;

private:
    explicit Value(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

} // namespace k8s_node::unit
