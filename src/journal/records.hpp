// Reads records of the journal by their message IDs.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace k8s_node {

using SystemMicroseconds = std::chrono::sys_time<std::chrono::microseconds>;

struct JournalRecord {
    SystemMicroseconds time{};
    std::map<std::string, std::string> fields; ///< those that were asked for and that it has
};

struct RecordQuery {
    std::vector<std::string> message_ids; ///< one of them
    SystemMicroseconds since{};
    std::vector<std::string> fields; ///< besides MESSAGE_ID and MESSAGE
    std::size_t most = 100'000;
};

/// Returns the records, oldest first, of all boots that the journal has; none if there is no
/// journal that this user may read. Throws Interrupted.
[[nodiscard]] std::vector<JournalRecord> read_records(const RecordQuery& query);

} // namespace k8s_node
