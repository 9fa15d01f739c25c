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

struct JournalExcerpt {
    std::vector<std::string> lines; ///< oldest first, as "<identifier>: <message>"
    std::string reason;             ///< the error that explains most (go_log.hpp), or empty
};

/// The last lines of the unit's own and systemd's about it in this boot,
/// without Go stack dumps and pages of flags. Empty where there is no journal
/// or it may not be read: the lines are evidence, their lack is no failure.
[[nodiscard]] JournalExcerpt read_journal(const JournalQuery& query);

/// One line for people: without control characters, cut at a bound.
[[nodiscard]] std::string printable_line(std::string_view identifier, std::string_view message);

} // namespace k8s_node
