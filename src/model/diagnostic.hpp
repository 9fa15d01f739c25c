// Where a configured value was written and the errors found in it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/error.hpp"

namespace k8s_node {

/// One text that was read: a file, or a synthetic one such as a command-line
/// flag. Kept in memory so that a diagnostic can show the line.
struct SourceText {
    std::string layer; ///< "component", "profile", "node configuration", "--set", …
    std::string name;  ///< path as given, or "--set" and the like
    std::string text;
};

using Source = std::shared_ptr<const SourceText>;

/// A place in a source; line and column count from 1. Without a source it stands for a value that
/// nobody wrote (a fact about the machine).
struct Position {
    Source source;
    int line = 0;
    int column = 0;

    /// "file:line:column", or "this machine" without a source.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string layer() const;
    /// Returns the position of `needle` in this source from here on, or this position if there is
    /// none: leads from the start of a long text to the part in question.
    [[nodiscard]] Position of(std::string_view needle) const;
};

struct Diagnostic {
    Position at;
    std::string message; ///< "unknown key 'prot'"
    std::string hint;    ///< "did you mean 'port'?", may be empty

    /// "file:3:5: error: message (hint)", the source line and a caret; without
    /// a source only "error: message (hint)".
    [[nodiscard]] std::string text() const;
};

/// An invalid configuration; holds every diagnostic once, file by file in the order of their
/// first mention and by line.
class ConfigurationError : public Error {
public:
    explicit ConfigurationError(std::vector<Diagnostic> diagnostics);
    [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const noexcept {
        return diagnostics_;
    }

private:
    struct InOrder {
        std::vector<Diagnostic> all;
    };
    explicit ConfigurationError(InOrder diagnostics);
    std::vector<Diagnostic> diagnostics_;
};

/// Collects diagnostics so that all are reported at once.
class Diagnostics {
public:
    void add(Position at, std::string message, std::string hint = {});
    /// Appends the diagnostics that were collected elsewhere.
    void append(Diagnostics more);
    [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    /// Records that something could not be read at all, so that errors of later stages may only
    /// be consequences.
    void cut_short() noexcept { cut_short_ = true; }
    [[nodiscard]] bool is_cut_short() const noexcept { return cut_short_; }
    /// Throws ConfigurationError if anything was added. Ends a stage.
    void throw_if_any() const;

private:
    std::vector<Diagnostic> all_;
    bool cut_short_ = false;
};

} // namespace k8s_node
