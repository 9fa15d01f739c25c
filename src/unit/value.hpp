// The right-hand side of a setting, made by how systemd will read it. There is
// no other way to make one, so nothing can be escaped twice or not at all.
#pragma once

#include <chrono>
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

/// Every constructor throws Error for text that systemd could not read back
/// exactly: NUL, what is not UTF-8, and what is said at each.
class Value {
public:
    /// One text in which specifiers are expanded (Description=, User=,
    /// LoadCredential=). Refuses line ends and blanks at either end.
    [[nodiscard]] static Value plain(const Word& text);

    /// One text in which nothing is expanded (Type=, MemoryMax=50%): written
    /// as it is. Refuses what plain() refuses.
    [[nodiscard]] static Value verbatim(std::string_view text);

    /// A command line (ExecStart=) that runs argv[0] with exactly these
    /// arguments. argv[0] must be literal, a normal absolute path and free of
    /// what systemd cannot run: control characters, quotes, "\" and "$". A long
    /// command is continued over several lines, one for each flag.
    [[nodiscard]] static Value command(const std::vector<Word>& argv, CommandOptions options = {});

    /// One assignment for Environment=. The name must be [A-Za-z_][A-Za-z0-9_]*.
    [[nodiscard]] static Value environment(std::string_view name, const Word& value);

    /// One path (SourcePath=, WorkingDirectory=): absolute, without ".", "..",
    /// doubled or trailing "/".
    [[nodiscard]] static Value path(std::string_view path);

    /// Words with blanks between them (Documentation=, CapabilityBoundingSet=,
    /// ReadWritePaths=). Settings differ in how they read "\" and quotes, so
    /// words with these or with control characters are refused.
    [[nodiscard]] static Value list(std::span<const std::string> words);

    /// Names of units (Wants=, After=). Throws Error for an invalid one.
    [[nodiscard]] static Value units(std::span<const std::string> names);

    [[nodiscard]] static Value boolean(bool value);
    [[nodiscard]] static Value seconds(std::chrono::seconds value);

    /// What stands after the "="; a line end in it is a continued line.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    bool operator==(const Value&) const = default;

private:
    explicit Value(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

} // namespace k8s_node::unit
