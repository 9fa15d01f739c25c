// Parses the log formats in which Go programs report errors. Pure.
#pragma once

#include <string>
#include <string_view>

namespace k8s_node {

enum class LogWeight {
    other, ///< does not explain a failure, or has an unknown format
    error, ///< an error; the program may have continued
    fatal, ///< the reason why the program exits
};

struct LogLine {
    LogWeight weight = LogWeight::other;
    std::string text; ///< the message, without time, place and braces; empty for `other`
    bool operator==(const LogLine&) const = default;
};

/// Reads one line: klog ("E1126 12:00:00.123456 1 x.go:12] msg"), JSON of zap, slog or klog,
/// logfmt of logrus and slog, the first line of a panic, and the "Error: " of an invalid command
/// line.
[[nodiscard]] LogLine read_log_line(std::string_view message);

/// True if a message is part of the goroutine dump after the crash of a Go program. Hundreds of
/// them would bury the one line that gives the reason.
[[nodiscard]] bool is_go_stack_line(std::string_view message);

/// True if a message is part of the usage text that a Go program prints for an unknown flag:
/// indented lines and their headings. The flag itself is named on a separate line.
[[nodiscard]] bool is_usage_line(std::string_view message);

/// Finds the line that explains a failure best among lines read from the last to the first: the
/// last one of the greatest weight.
class FailureReason {
public:
    void see(std::string_view message);
    [[nodiscard]] bool is_found() const noexcept { return best_.weight != LogWeight::other; }
    /// Empty if no line explains anything.
    [[nodiscard]] const std::string& text() const noexcept { return best_.text; }

private:
    LogLine best_;
};

} // namespace k8s_node
