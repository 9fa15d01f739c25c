// What the journal says about a unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// Which lines of a unit are wanted.
struct JournalQuery {
    std::string unit;
    /// Leaves out the lines of other starts. A line without the mark of any
    /// start is taken: journald cannot mark what a process wrote that had
    /// ended when it looked, and last words are often of that kind.
    std::string invocation_id;
    std::uint64_t since_us = 0; ///< CLOCK_MONOTONIC, of this boot
    std::size_t count = 20;
};

/// The last lines of the unit's own and systemd's about it in this boot,
/// oldest first and without Go stack dumps, as "<identifier>: <message>". Empty where there is no
/// journal or it may not be read: the lines are evidence, their lack is no failure.
[[nodiscard]] std::vector<std::string> last_journal_lines(const JournalQuery& query);

/// Whether a message is part of the dump of goroutines that follows a crash of
/// a Go program. Hundreds of them would bury the one line that says why.
[[nodiscard]] bool is_go_stack_line(std::string_view message);

/// Whether a message is part of the page of flags that a Go program prints when
/// it is given one that it does not know: indented lines and their headings.
/// Which flag that was is said on a line of its own.
[[nodiscard]] bool is_usage_line(std::string_view message);

/// One line for people: without control characters, cut at a bound.
[[nodiscard]] std::string printable_line(std::string_view identifier, std::string_view message);

} // namespace k8s_node
