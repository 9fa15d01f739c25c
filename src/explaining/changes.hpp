// Changes of this node, by whom and why: the journal's records and those of generations.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "journal/records.hpp"
#include "model/generation_record.hpp"
#include "support/files.hpp"

namespace k8s_node {

struct NodeEvent {
    std::chrono::sys_seconds time{};
    std::string who;  ///< "anna (sudo)", "k8s-node-install.service", "systemd"
    std::string what; ///< "generation 3 is current"
    std::string why;  ///< the differences, the reason of a failure, what to try; may be empty
    bool operator==(const NodeEvent&) const = default;
};

/// Generations by number.
using GenerationRecords = std::map<int, GenerationRecord>;

/// Returns the events, oldest first. A run that changed nothing is none. Of systemd, only what
/// happened to `units`, boots and jumps of the clock. A generation whose switch the journal does
/// not have any more is told from its record. Pure.
[[nodiscard]] std::vector<NodeEvent> node_events(const std::vector<JournalRecord>& records,
                                                 const GenerationRecords& generations,
                                                 const std::set<std::string>& units,
                                                 std::chrono::sys_seconds since);

/// Reads the journal and the records of generations.
[[nodiscard]] std::vector<NodeEvent> read_node_events(const Root& root,
                                                      std::chrono::sys_seconds since);

/// Parses a time of the past: "2026-11-24", "2026-11-24 10:30", both local, the form of
/// utc_text(), "today", "yesterday", "tuesday" (the last one), "36h", "2d" (ago). Throws
/// Error(usage) for anything else.
[[nodiscard]] std::chrono::sys_seconds parse_since(std::string_view text,
                                                   std::chrono::sys_seconds now);

} // namespace k8s_node
