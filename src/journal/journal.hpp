// Reads what the journal says about a unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// The requested lines of a unit.
struct JournalQuery {
    std::string unit;
    /// Excludes the lines of other invocations. A line without an invocation ID is included:
    /// journald cannot tell it for a process that has already exited, as is often the case for
    /// last messages.
    std::string invocation_id;
    std::uint64_t since_us = 0; ///< CLOCK_MONOTONIC, of this boot
    std::size_t count = 20;
};

struct JournalExcerpt {
    std::vector<std::string> lines; ///< oldest first, as "<identifier>: <message>"
    std::string reason; ///< the error that explains the failure best (go_log.hpp), or empty
};

/// Returns the last lines in this boot of the unit and of systemd about it, without Go stack
/// dumps and usage texts. Empty if there is no journal or it cannot be read: the lines are only
/// evidence, and their absence is not an error.
[[nodiscard]] JournalExcerpt read_journal(const JournalQuery& query);

/// Returns one line for people: without control characters, of limited length.
[[nodiscard]] std::string printable_line(std::string_view identifier, std::string_view message);

} // namespace k8s_node
