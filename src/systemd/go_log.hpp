// The forms in which Go programs write what went wrong. Pure.
#pragma once

#include <string>
#include <string_view>

namespace k8s_node {

enum class LogWeight {
    other, ///< nothing that explains a failure, or of a form that is not known
    error, ///< something went wrong; the program may have gone on
    fatal, ///< the program says why it ends
};

struct LogLine {
    LogWeight weight = LogWeight::other;
    std::string text; ///< what is said, without time, place and braces; empty for `other`
    bool operator==(const LogLine&) const = default;
};

/// Reads one line: klog ("E1126 12:00:00.123456 1 x.go:12] msg"), JSON of zap,
/// slog or klog, logfmt of logrus and slog, the first line of a panic, and the
/// "Error: " of a command line that is not understood.
[[nodiscard]] LogLine read_log_line(std::string_view message);

/// Whether a message is part of the dump of goroutines that follows a crash of
/// a Go program. Hundreds of them would bury the one line that says why.
[[nodiscard]] bool is_go_stack_line(std::string_view message);

/// Whether a message is part of the page of flags that a Go program prints when
/// it is given one that it does not know: indented lines and their headings.
/// Which flag that was is said on a line of its own.
[[nodiscard]] bool is_usage_line(std::string_view message);

/// The line that explains a failure best, of lines seen from the last to the
/// first: the last of the weightiest.
class FailureReason {
public:
    void see(std::string_view message);
    [[nodiscard]] bool is_found() const noexcept { return best_.weight != LogWeight::other; }
    /// Empty where no line explains anything.
    [[nodiscard]] const std::string& text() const noexcept { return best_.text; }

private:
    LogLine best_;
};

} // namespace k8s_node
